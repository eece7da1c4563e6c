"""Times steps of a GPT-2 in PyTorch on random tokens: prints the milliseconds of each step, then its memory."""

import argparse
import contextlib
import resource
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, dim, heads, length, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.attention_norm, self.feed_forward_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.query_key_value, self.output = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.expand, self.contract = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.register_buffer("mask", torch.full((length, length), float("-inf")).triu(1))

    def forward(self, x):
        x = x + F.dropout(self.attend(self.attention_norm(x)), self.dropout)
        expanded = F.gelu(self.expand(self.feed_forward_norm(x)), approximate="tanh")
        return x + F.dropout(self.contract(expanded), self.dropout)

    def attend(self, x):
        batch, length, dim = x.shape
        parts = self.query_key_value(x).view(batch, length, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind(0)
        scores = query @ key.transpose(-2, -1) * (dim // self.heads) ** -0.5 + self.mask
        mixed = F.dropout(scores.softmax(-1), self.dropout) @ value
        return self.output(mixed.transpose(1, 2).reshape(batch, length, dim))


class Gpt2(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.dropout = a.dropout
        self.tokens, self.positions = nn.Embedding(a.vocabulary, a.dim), nn.Embedding(a.length, a.dim)
        self.blocks = nn.ModuleList(Block(a.dim, a.heads, a.length, a.dropout) for _ in range(a.layers))
        self.norm = nn.LayerNorm(a.dim)
        nn.init.normal_(self.tokens.weight, std=0.02)
        nn.init.normal_(self.positions.weight, std=0.02)

    def forward(self, tokens):
        x = F.dropout(self.tokens(tokens) + self.positions.weight, self.dropout)
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)


def main():
    arguments = argparse.ArgumentParser()
    for name in ("layers", "heads", "dim", "vocabulary", "batch", "length", "accumulation", "steps"):
        arguments.add_argument(f"--{name}", type=int, required=True)
    arguments.add_argument("--dropout", type=float, default=0)
    arguments.add_argument("--autocast", action="store_true")
    a = arguments.parse_args()
    torch.manual_seed(1)
    model = Gpt2(a)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)
    tokens = torch.randint(0, a.vocabulary, (a.batch, a.length + 1))
    autocast = torch.autocast("cpu", torch.bfloat16) if a.autocast else contextlib.nullcontext()
    for _ in range(a.steps):
        started = time.perf_counter()
        for _ in range(a.accumulation):
            with autocast:
                logits = model(tokens[:, :-1])
            loss = F.cross_entropy(logits.float().view(-1, a.vocabulary), tokens[:, 1:].reshape(-1))
            (loss / a.accumulation).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        print(f"step_ms {(time.perf_counter() - started) * 1e3:.3f}", flush=True)
    print(f"peak_mib {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")


main()
