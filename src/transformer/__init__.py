"""A Transformer in NumPy, forward and backward, one module a concept."""

from transformer.attention_map import attention_map
from transformer.backpropagation import Tape
from transformer.encoder import Encoder, EncoderWeights, encoder, new_encoder
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Vocabulary

__all__ = [
    "Encoder",
    "EncoderWeights",
    "Hyperparameters",
    "Tape",
    "Vocabulary",
    "attention_map",
    "encoder",
    "new_encoder",
]
