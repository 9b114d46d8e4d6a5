from transformer.hyperparameters import BASE, Hyperparameters


def test_a_head_of_the_base_model_has_64_numbers() -> None:
    assert BASE.size // BASE.heads == 64
    assert BASE.size % BASE.heads == 0


def test_the_paper_normalises_after_adding_and_rectifies() -> None:
    tiny = Hyperparameters(size=4, width=8, depth=1, heads=2)
    assert (tiny.norm_first, tiny.activation, tiny.dropout) == (
        BASE.norm_first,
        BASE.activation,
        0,
    )
