"""A Transformer in NumPy, forward and backward, one module a concept."""

from transformer.attention_map import attention_map
from transformer.backpropagation import Tape
from transformer.encoder import Encoder, EncoderWeights, encoder, new_encoder
from transformer.encoder_decoder import (
    EncoderDecoderWeights,
    encoder_decoder,
    new_encoder_decoder,
)
from transformer.generation import beam_search, greedy, sample
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Vocabulary
from transformer.key_value_cache import (
    encoder_decoder_step,
    language_model_step,
)
from transformer.language_model import (
    LanguageModelWeights,
    language_model,
    new_language_model,
)

__all__ = [
    "Encoder",
    "EncoderDecoderWeights",
    "EncoderWeights",
    "Hyperparameters",
    "LanguageModelWeights",
    "Tape",
    "Vocabulary",
    "attention_map",
    "beam_search",
    "encoder",
    "encoder_decoder",
    "encoder_decoder_step",
    "greedy",
    "language_model",
    "language_model_step",
    "new_encoder",
    "new_encoder_decoder",
    "new_language_model",
    "sample",
]
