import subprocess
import sys

import numpy as np

from transformer.attention_map import attention_map, svg
from transformer.backpropagation import Tape
from transformer.encoder import Encoder, new_encoder
from transformer.encoder_decoder import new_encoder_decoder
from transformer.generation import greedy
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Vocabulary
from transformer.key_value_cache import encoder_decoder_step

CHOICES = Hyperparameters(size=32, width=64, depth=2, heads=4)


def test_from_a_sentence_to_rows_and_a_picture() -> None:
    vocabulary = Vocabulary(["hi how are you", "i am fine"])
    generator = np.random.default_rng(1)
    weights = new_encoder(generator, len(vocabulary), CHOICES)
    model = Encoder(vocabulary, weights, CHOICES)
    rows = model.read(Tape(), ["hi how are you"])
    first, _ = model.shares("hi how are you")
    words = ["hi", "how", "are", "you"]
    picture = attention_map(first, words, "four heads")

    assert rows.shape == (1, 4, 32)
    np.testing.assert_allclose(rows.mean(axis=-1), 0, atol=1e-12)
    assert svg(picture).count('class="square"') == 4 * 4 * 4


def test_from_a_sentence_to_a_sentence() -> None:
    vocabulary = Vocabulary(
        ["hi how are you", "i am fine"], special=("<s>", "</s>")
    )
    generator = np.random.default_rng(1)
    weights = new_encoder_decoder(generator, len(vocabulary), CHOICES)
    source = vocabulary.encode(["hi how are you"])
    step = encoder_decoder_step(source, weights, CHOICES)
    start, end = (vocabulary.numbers[word] for word in ("<s>", "</s>"))
    (ids,) = greedy(step, np.array([[start]]), longest=12, end=end)
    words = vocabulary.decode(ids)

    assert words[0] == "<s>"
    assert words[-1] == "</s>" or len(words) == 12
    assert len(words) == len(ids)


def test_the_package_imports_nothing() -> None:
    program = "import sys, transformer; print('numpy' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
