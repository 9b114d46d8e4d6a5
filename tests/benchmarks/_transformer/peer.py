"""The same models in PyTorch eager, from its own layers and with the weights of ours."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from transformer.checkpoint import as_torch
from transformer.positional_encoding import positions

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformer.encoder_decoder import EncoderDecoderWeights
    from transformer.hyperparameters import Hyperparameters
    from transformer.input_embedding import Ids
    from transformer.language_model import LanguageModelWeights

PADDING = 0


class _EncoderDecoder(nn.Module):
    """Reads and writes, with one table for source, target and scores."""

    def __init__(self, choices: Hyperparameters, words: int, longest: int) -> None:
        super().__init__()
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(**_layer(choices)),
            choices.depth,
            enable_nested_tensor=False,
        )
        self.decoder = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(**_layer(choices)), choices.depth
        )
        self.table = nn.Parameter(torch.empty(words, choices.size))
        self.places = torch.tensor(positions(longest, choices.size), dtype=torch.float32)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of a batch."""
        padding, written = source == PADDING, target[:, :-1]
        length = written.shape[1]
        rows = self.decoder(
            self._embed(written),
            self.encoder(self._embed(source), src_key_padding_mask=padding),
            tgt_mask=_later(length),
            tgt_is_causal=True,
            memory_key_padding_mask=padding,
        )
        return _loss(rows @ self.table.T, target)

    def _embed(self, ids: torch.Tensor) -> torch.Tensor:
        rows = functional.embedding(ids, self.table)
        return rows * self.table.shape[1] ** 0.5 + self.places[: ids.shape[1]]


class _LanguageModel(nn.Module):
    """Guesses each word from those before it."""

    def __init__(self, choices: Hyperparameters, words: int, longest: int) -> None:
        super().__init__()
        stack = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(**_layer(choices)),
            choices.depth,
            nn.LayerNorm(choices.size),
            enable_nested_tensor=False,
        )
        self.layers, self.norm, self.stack = stack.layers, stack.norm, [stack]
        self.table = nn.Parameter(torch.empty(words, choices.size))
        self.places = nn.Parameter(torch.empty(longest, choices.size))

    def forward(self, texts: torch.Tensor) -> torch.Tensor:
        """The loss of a batch."""
        ids = texts[:, :-1]
        length = ids.shape[1]
        x = functional.embedding(ids, self.table) + self.places[:length]
        rows = self.stack[0](x, mask=_later(length), is_causal=True)
        return _loss(rows @ self.table.T, texts)


def encoder_decoder_peer(weights: EncoderDecoderWeights, choices: Hyperparameters) -> nn.Module:
    """The same model with copies of these weights."""
    model = _EncoderDecoder(choices, len(weights.table), longest=100)
    return _load(model, weights)


def language_model_peer(weights: LanguageModelWeights, choices: Hyperparameters) -> nn.Module:
    """The same model with copies of these weights."""
    model = _LanguageModel(choices, len(weights.table), len(weights.places))
    return _load(model, weights)


def stepping(model: nn.Module, batches: list[tuple[Ids, ...]], rate: float) -> Callable[[], float]:
    """A function that does one step of training and returns the loss before it."""
    turn = cycle([tuple(map(torch.tensor, batch)) for batch in batches])
    adam = torch.optim.Adam(model.parameters(), rate, (0.9, 0.98), 1e-9)

    def step() -> float:
        adam.zero_grad()
        loss = model(*next(turn))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        return loss.item()

    return step


class Writer:
    """Writes with a language model and keeps keys and values, in arrays that have room for all."""

    def __init__(self, weights: LanguageModelWeights, choices: Hyperparameters) -> None:
        self.model, self.choices = language_model_peer(weights, choices), choices
        shape = (choices.depth, 2, choices.heads, len(weights.places))
        self.kept = torch.empty(*shape, choices.size // choices.heads)

    @torch.inference_mode()
    def greedy(self, first: int, longest: int) -> list[int]:
        """The likeliest words after a first one; never padding."""
        words = [first]
        for place in range(longest - 1):
            scores = self._scores(words[-1], place)
            scores[PADDING] = -torch.inf
            words.append(int(scores.argmax()))
        return words

    def _scores(self, word: int, place: int) -> torch.Tensor:
        model: Any = self.model
        x = model.table[word] + model.places[place]
        for layer, kept in zip(model.layers, self.kept, strict=True):
            x = x + self._attend(layer.self_attn, layer.norm1(x), kept, place)
            hidden = functional.gelu(layer.linear1(layer.norm2(x)))
            x = x + layer.linear2(hidden)
        return model.table @ model.norm(x)

    def _attend(
        self, attention: nn.MultiheadAttention, x: torch.Tensor, kept: torch.Tensor, place: int
    ) -> torch.Tensor:
        qkv = functional.linear(x, attention.in_proj_weight, attention.in_proj_bias)
        q, k, v = qkv.view(3, self.choices.heads, 1, -1)
        kept[0, :, place], kept[1, :, place] = k[:, 0], v[:, 0]
        keys, values = kept[:, None, :, : place + 1]
        found = functional.scaled_dot_product_attention(q[None], keys, values)
        return attention.out_proj(found.reshape(-1))


def _layer(choices: Hyperparameters) -> dict[str, Any]:
    return {
        "d_model": choices.size,
        "nhead": choices.heads,
        "dim_feedforward": choices.width,
        "dropout": 0.0,
        "activation": choices.activation,
        "batch_first": True,
        "norm_first": choices.norm_first,
    }


def _later(length: int) -> torch.Tensor:
    """True where a word may not look, as PyTorch wants it."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)


def _loss(scores: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    answers = words[:, 1:].reshape(-1)
    return functional.cross_entropy(scores.flatten(0, 1), answers, ignore_index=PADDING)


def _load(model: nn.Module, weights: Any) -> nn.Module:
    arrays = as_torch(weights)
    model.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    return model
