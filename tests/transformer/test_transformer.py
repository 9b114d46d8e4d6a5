import numpy as np

import transformer


def test_from_a_sentence_to_rows_and_a_picture() -> None:
    vocabulary = transformer.Vocabulary(["hi how are you", "i am fine"])
    choices = transformer.Hyperparameters(size=32, width=64, depth=2, heads=4)
    weights = transformer.new_encoder(
        np.random.default_rng(1), len(vocabulary), choices
    )
    model = transformer.Encoder(vocabulary, weights, choices)
    rows = model.read(transformer.Tape(), ["hi how are you"])
    first, _ = model.shares("hi how are you")
    picture = transformer.attention_map(
        first, ["hi", "how", "are", "you"], "four heads"
    )

    assert rows.shape == (1, 4, 32)
    np.testing.assert_allclose(rows.mean(axis=-1), 0, atol=1e-12)
    assert picture.count('class="square"') == 4 * 4 * 4


def test_from_a_sentence_to_a_sentence() -> None:
    vocabulary = transformer.Vocabulary(
        ["hi how are you", "i am fine"], special=("<s>", "</s>")
    )
    choices = transformer.Hyperparameters(size=32, width=64, depth=2, heads=4)
    weights = transformer.new_encoder_decoder(
        np.random.default_rng(1), len(vocabulary), choices
    )
    step = transformer.encoder_decoder_step(
        vocabulary.encode(["hi how are you"]), weights, choices
    )
    start, end = (vocabulary.numbers[word] for word in ("<s>", "</s>"))
    (ids,) = transformer.greedy(step, np.array([[start]]), longest=12, end=end)
    words = vocabulary.decode(ids)

    assert words[0] == "<s>"
    assert words[-1] == "</s>" or len(words) == 12
    assert len(words) == len(ids)


def test_everything_promised_is_there() -> None:
    assert all(hasattr(transformer, name) for name in transformer.__all__)
