"""Times tokens that a GPT-2 in PyTorch writes with a cache of keys and values: prints the milliseconds of each, then its memory."""

import argparse
import resource
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, dim, heads, capacity):
        super().__init__()
        self.heads = heads
        self.attention_norm, self.feed_forward_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.query_key_value, self.output = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.expand, self.contract = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.register_buffer("cache", torch.zeros(2, heads, capacity, dim // heads))

    def forward(self, x, past):
        count, dim = x.shape
        parts = self.query_key_value(self.attention_norm(x)).view(count, 3, self.heads, dim // self.heads).permute(1, 2, 0, 3)
        self.cache[:, :, past : past + count] = parts[1:]
        key, value = self.cache[:, :, : past + count]
        scores = parts[0] @ key.transpose(-2, -1) * (dim // self.heads) ** -0.5
        mixed = scores.softmax(-1) @ value
        x = x + self.output(mixed.transpose(0, 1).reshape(count, dim))
        return x + self.contract(F.gelu(self.expand(self.feed_forward_norm(x)), approximate="tanh"))


def main():
    arguments = argparse.ArgumentParser()
    for name in ("layers", "heads", "dim", "vocabulary", "tokens"):
        arguments.add_argument(f"--{name}", type=int, required=True)
    arguments.add_argument("--bf16", action="store_true")
    a = arguments.parse_args()
    torch.manual_seed(1)
    embedding = nn.Embedding(a.vocabulary, a.dim)
    nn.init.normal_(embedding.weight, std=0.02)
    positions = nn.Embedding(a.tokens, a.dim)
    blocks = nn.ModuleList(Block(a.dim, a.heads, a.tokens) for _ in range(a.layers))
    norm = nn.LayerNorm(a.dim)
    if a.bf16:
        for module in (embedding, positions, blocks, norm):
            module.to(torch.bfloat16)
    token = torch.tensor([0])
    with torch.no_grad():
        for past in range(a.tokens):
            started = time.perf_counter()
            x = embedding(token) + positions.weight[past : past + 1]
            for block in blocks:
                x = block(x, past)
            logits = F.linear(norm(x), embedding.weight)[0].float() / 0.8
            token = torch.multinomial(logits.softmax(-1), 1)
            print(f"step_ms {(time.perf_counter() - started) * 1e3:.3f}", flush=True)
    print(f"peak_mib {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")


main()
