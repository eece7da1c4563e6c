"""Writes reference.json: logits of small models of every family, computed by these lines in PyTorch, in double precision.

Run it with any PyTorch from 1.13: python3 make_reference.py
The formulas are those of Hugging Face's transformers. Weights are not stored: each is a function of its tensor's name and its place,
and exact in bfloat16 and float16.
"""

import json
import math
from pathlib import Path

import torch

MASK = (1 << 64) - 1
TOKENS = [[3, 1, 4, 1, 5, 9, 2, 6, 5, 3], [2, 7, 1, 8, 2, 8, 1, 8, 2, 8]]


def splitmix(value):
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def weights(name, *size):
    """Multiples of 1/256 below 1/4; for the weights of norms, multiples of 1/64 around 1."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    count = math.prod(size)
    is_norm = name.endswith("weight") and len(size) == 1
    random = [splitmix((seed + place) & MASK) for place in range(count)]
    values = [1 + (number % 31 - 15) / 64 if is_norm else (number % 127 - 63) / 256 for number in random]
    return torch.tensor(values, dtype=torch.float64).reshape(size)


def causal(length):
    return torch.full((length, length), -math.inf, dtype=torch.float64).triu(1)


def attention(query, key, value):
    """All (batch, heads, length, width)."""
    scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1]) + causal(query.shape[2])
    return scores.softmax(-1) @ value


def split(x, heads):
    batch, length, width = x.shape
    return x.view(batch, length, heads, width // heads).transpose(1, 2)


def join(x):
    batch, heads, length, width = x.shape
    return x.transpose(1, 2).reshape(batch, length, heads * width)


def layer_norm(x, name):
    width = x.shape[-1]
    return torch.nn.functional.layer_norm(x, (width,), weights(name + ".weight", width), weights(name + ".bias", width), 1e-5)


def conv1d(x, name, width):
    return x @ weights(name + ".weight", x.shape[-1], width) + weights(name + ".bias", width)


def gpt2(config, tokens):
    dim, heads = config["n_embd"], config["n_head"]
    embedding = weights("transformer.wte.weight", config["vocab_size"], dim)
    x = embedding[tokens] + weights("transformer.wpe.weight", config["n_positions"], dim)[: tokens.shape[1]]
    for layer in range(config["n_layer"]):
        block = f"transformer.h.{layer}."
        parts = conv1d(layer_norm(x, block + "ln_1"), block + "attn.c_attn", 3 * dim).split(dim, -1)
        x = x + conv1d(join(attention(*(split(part, heads) for part in parts))), block + "attn.c_proj", dim)
        hidden = conv1d(layer_norm(x, block + "ln_2"), block + "mlp.c_fc", 4 * dim)
        hidden = 0.5 * hidden * (1 + torch.tanh(math.sqrt(2 / math.pi) * (hidden + 0.044715 * hidden**3)))
        x = x + conv1d(hidden, block + "mlp.c_proj", dim)
    return layer_norm(x, "transformer.ln_f") @ embedding.T


def frequencies(config, width):
    base = config.get("rope_theta", 10000.0)
    frequency = 1 / base ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
    scaling = config.get("rope_scaling")
    if scaling is None:
        return frequency
    if scaling["rope_type"] == "linear":
        return frequency / scaling["factor"]
    # Llama 3.1: long waves are slowed, short ones kept, those between blended.
    context = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    result = []
    for value in frequency.tolist():
        wave = 2 * math.pi / value
        if wave < context / high:
            result.append(value)
        elif wave > context / low:
            result.append(value / scaling["factor"])
        else:
            smooth = (context / wave - low) / (high - low)
            result.append((1 - smooth) * value / scaling["factor"] + smooth * value)
    return torch.tensor(result, dtype=torch.float64)


def rotate(x, frequency):
    angles = torch.outer(torch.arange(x.shape[2], dtype=torch.float64), frequency)
    cosine, sine = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


def rms_norm(x, name, epsilon):
    return x / (x.pow(2).mean(-1, keepdim=True) + epsilon).sqrt() * weights(name + ".weight", x.shape[-1])


def linear(x, name, width, bias=False):
    y = x @ weights(name + ".weight", width, x.shape[-1]).T
    return y + weights(name + ".bias", width) if bias else y


def rotary(config, tokens, qkv_bias=False, output_bias=False, head_norm=False):
    dim, heads, shared = config["hidden_size"], config["num_attention_heads"], config["num_key_value_heads"]
    width = config.get("head_dim", dim // heads)
    epsilon = config["rms_norm_eps"]
    frequency = frequencies(config, width)
    embedding = weights("model.embed_tokens.weight", config["vocab_size"], dim)
    x = embedding[tokens]
    for layer in range(config["num_hidden_layers"]):
        block = f"model.layers.{layer}."
        normed = rms_norm(x, block + "input_layernorm", epsilon)
        query = split(linear(normed, block + "self_attn.q_proj", heads * width, qkv_bias), heads)
        key = split(linear(normed, block + "self_attn.k_proj", shared * width, qkv_bias), shared)
        value = split(linear(normed, block + "self_attn.v_proj", shared * width, qkv_bias), shared)
        if head_norm:
            query = rms_norm(query, block + "self_attn.q_norm", epsilon)
            key = rms_norm(key, block + "self_attn.k_norm", epsilon)
        query, key = rotate(query, frequency), rotate(key, frequency)
        key, value = (part.repeat_interleave(heads // shared, 1) for part in (key, value))
        x = x + linear(join(attention(query, key, value)), block + "self_attn.o_proj", dim, output_bias)
        normed = rms_norm(x, block + "post_attention_layernorm", epsilon)
        gate = linear(normed, block + "mlp.gate_proj", config["intermediate_size"])
        up = linear(normed, block + "mlp.up_proj", config["intermediate_size"])
        x = x + linear(gate * torch.sigmoid(gate) * up, block + "mlp.down_proj", dim)
    x = rms_norm(x, "model.norm", epsilon)
    return x @ (embedding if config["tie_word_embeddings"] else weights("lm_head.weight", config["vocab_size"], dim)).T


def llama(config, tokens):
    bias = config.get("attention_bias", False)
    return rotary(config, tokens, qkv_bias=bias, output_bias=bias)


def qwen2(config, tokens):
    return rotary(config, tokens, qkv_bias=True)


def qwen3(config, tokens):
    return rotary(config, tokens, head_norm=True)


SMALL = {
    "vocab_size": 11,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32,
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "tie_word_embeddings": True,
}
LLAMA = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], **SMALL}
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
MODELS = {
    "gpt2": {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "vocab_size": 11,
        "n_embd": 16,
        "n_head": 4,
        "n_layer": 2,
        "n_positions": 32,
        "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5,
    },
    "llama-tied": LLAMA,
    "llama-untied": {**LLAMA, "tie_word_embeddings": False, "num_key_value_heads": 4, "rope_theta": 500000.0},
    "llama-3.1-rotation": {**LLAMA, "rope_scaling": LLAMA3, "rope_theta": 500.0, "head_dim": 8},
    "llama-linear-rotation-with-biases": {
        **LLAMA, "attention_bias": True, "num_key_value_heads": 1, "rope_scaling": {"rope_type": "linear", "factor": 4.0},
    },
    "qwen2": {**SMALL, "model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "rms_norm_eps": 1e-6, "rope_theta": 1e6},
    "qwen3": {
        **SMALL, "model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "rms_norm_eps": 1e-6, "rope_theta": 1e6, "head_dim": 6,
        "tie_word_embeddings": False,
    },
}

if __name__ == "__main__":
    tokens = torch.tensor(TOKENS)
    families = {"gpt2": gpt2, "llama": llama, "qwen2": qwen2, "qwen3": qwen3}
    models = [
        {
            "name": name,
            "config": config,
            "logits": [[round(value, 7) for value in row] for row in families[config["model_type"]](config, tokens).flatten(0, 1).tolist()],
        }
        for name, config in MODELS.items()
    ]
    lines = ",\n".join("  " + json.dumps(model) for model in models)
    text = f'{{"tokens": {json.dumps(TOKENS)}, "models": [\n{lines}\n]}}\n'
    (Path(__file__).parent / "reference.json").write_text(text)
