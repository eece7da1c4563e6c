/** Written by api.js from the description of the API. */
export const limits = {
  "TrainingConfig": {
    "model_family": {
      "type": "string",
      "enum": [
        "gpt2",
        "llama",
        "qwen",
        "digits"
      ],
      "default": "gpt2",
      "presets": {
        "gpt2": {
          "title": "GPT-2",
          "model_types": [
            "gpt2"
          ],
          "is_language_model": true,
          "event_group": "trainer",
          "shares_kv_heads": false,
          "rotates_positions": false,
          "learns_positions": true,
          "block_path": "transformer.h",
          "block_layers": [
            "attn.c_attn",
            "attn.c_proj",
            "mlp.c_fc",
            "mlp.c_proj"
          ],
          "other_layers": [],
          "feed_forward_matrices": 2,
          "feed_forward_ratio": 4,
          "feed_forward_multiple": 1,
          "block_vectors": 13,
          "head_vectors": 0,
          "final_vectors": 2
        },
        "llama": {
          "title": "Llama",
          "model_types": [
            "llama"
          ],
          "is_language_model": true,
          "event_group": "trainer",
          "shares_kv_heads": true,
          "rotates_positions": true,
          "learns_positions": false,
          "block_path": "model.layers",
          "block_layers": [
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj"
          ],
          "other_layers": [],
          "feed_forward_matrices": 3,
          "feed_forward_ratio": 2.6666666666666665,
          "feed_forward_multiple": 32,
          "block_vectors": 2,
          "head_vectors": 0,
          "final_vectors": 1
        },
        "qwen": {
          "title": "Qwen",
          "model_types": [
            "qwen2",
            "qwen3"
          ],
          "is_language_model": true,
          "event_group": "trainer",
          "shares_kv_heads": true,
          "rotates_positions": true,
          "learns_positions": false,
          "block_path": "model.layers",
          "block_layers": [
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.o_proj",
            "mlp.gate_proj",
            "mlp.up_proj",
            "mlp.down_proj"
          ],
          "other_layers": [],
          "feed_forward_matrices": 3,
          "feed_forward_ratio": 2.6666666666666665,
          "feed_forward_multiple": 32,
          "block_vectors": 2,
          "head_vectors": 2,
          "final_vectors": 1
        },
        "digits": {
          "title": "Digits (images)",
          "model_types": [
            "digits"
          ],
          "is_language_model": false,
          "sizes": {
            "nano": {
              "layers": 1,
              "heads": 0,
              "dim": 32,
              "max_seq_len": 0
            },
            "tiny": {
              "layers": 2,
              "heads": 0,
              "dim": 128,
              "max_seq_len": 0
            },
            "small": {
              "layers": 3,
              "heads": 0,
              "dim": 256,
              "max_seq_len": 0
            }
          },
          "max_layers": 4,
          "event_group": "digits",
          "shares_kv_heads": false,
          "rotates_positions": false,
          "learns_positions": false,
          "block_path": "",
          "block_layers": [],
          "other_layers": [
            "hidden",
            "output"
          ],
          "feed_forward_matrices": 0,
          "feed_forward_ratio": 0,
          "feed_forward_multiple": 1,
          "block_vectors": 0,
          "head_vectors": 0,
          "final_vectors": 0
        }
      }
    },
    "model_size": {
      "type": "string",
      "enum": [
        "nano",
        "tiny",
        "small",
        "gpt2-124m"
      ],
      "default": "tiny",
      "presets": {
        "nano": {
          "layers": 2,
          "heads": 2,
          "dim": 64,
          "max_seq_len": 64
        },
        "tiny": {
          "layers": 4,
          "heads": 4,
          "dim": 128,
          "max_seq_len": 128
        },
        "small": {
          "layers": 12,
          "heads": 12,
          "dim": 768,
          "max_seq_len": 256
        },
        "gpt2-124m": {
          "layers": 12,
          "heads": 12,
          "dim": 768,
          "max_seq_len": 1024,
          "family": "gpt2"
        }
      }
    },
    "layers": {
      "type": "integer",
      "minimum": 1,
      "maximum": 96
    },
    "heads": {
      "type": "integer",
      "minimum": 1,
      "maximum": 128
    },
    "kv_heads": {
      "type": "integer",
      "minimum": 1,
      "maximum": 128
    },
    "dim": {
      "type": "integer",
      "minimum": 8,
      "maximum": 8192
    },
    "max_seq_len": {
      "type": "integer",
      "minimum": 8,
      "maximum": 8192
    },
    "tokenizer_id": {
      "type": "string"
    },
    "corpus_path": {
      "type": "string",
      "maxLength": 4096
    },
    "replace_invalid_bytes": {
      "type": "boolean",
      "default": false
    },
    "batch_size": {
      "type": "integer",
      "minimum": 1,
      "maximum": 4096,
      "default": 16
    },
    "gradient_accumulation": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1024,
      "default": 1
    },
    "learning_rate": {
      "type": "number",
      "maximum": 1,
      "exclusiveMinimum": 0,
      "default": 0.001
    },
    "lr_schedule": {
      "type": "string",
      "enum": [
        "cosine",
        "linear",
        "constant",
        "wsd"
      ],
      "default": "cosine"
    },
    "lr_decay_fraction": {
      "type": "number",
      "maximum": 1,
      "exclusiveMinimum": 0,
      "default": 0.2
    },
    "warmup_steps": {
      "type": "integer",
      "minimum": 0,
      "maximum": 10000000
    },
    "weight_decay": {
      "type": "number",
      "minimum": 0,
      "maximum": 1,
      "default": 0.1
    },
    "grad_clip": {
      "type": "number",
      "minimum": 0,
      "maximum": 1000000,
      "default": 1
    },
    "optimizer": {
      "type": "string",
      "enum": [
        "adamw",
        "muon"
      ],
      "default": "adamw"
    },
    "num_epochs": {
      "type": "integer",
      "minimum": 1,
      "maximum": 10000
    },
    "max_steps": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000000
    },
    "dropout": {
      "type": "number",
      "minimum": 0,
      "exclusiveMaximum": 1,
      "default": 0
    },
    "label_smoothing": {
      "type": "number",
      "minimum": 0,
      "exclusiveMaximum": 1,
      "default": 0
    },
    "z_loss": {
      "type": "number",
      "minimum": 0,
      "maximum": 1,
      "default": 0
    },
    "ema_decay": {
      "type": "number",
      "exclusiveMinimum": 0,
      "exclusiveMaximum": 1
    },
    "curriculum_start_len": {
      "type": "integer",
      "minimum": 1,
      "maximum": 8192
    },
    "curriculum_steps": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000000
    },
    "spectral_norm": {
      "type": "boolean",
      "default": false
    },
    "spectral_norm_layers": {
      "type": "string",
      "maxLength": 1000,
      "default": "*"
    },
    "spectral_norm_iterations": {
      "type": "integer",
      "minimum": 1,
      "maximum": 100,
      "default": 1
    },
    "seed": {
      "type": "integer",
      "default": 1337
    },
    "precision": {
      "type": "string",
      "enum": [
        "fp32",
        "bf16",
        "auto"
      ],
      "default": "fp32"
    },
    "threads": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1024
    },
    "holdout_fraction": {
      "type": "number",
      "maximum": 0.5,
      "exclusiveMinimum": 0,
      "default": 0.1
    },
    "eval_every": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000000
    },
    "eval_tokens": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000000
    },
    "eval_prompts": {
      "type": "array"
    },
    "eval_prompts_path": {
      "type": "string",
      "maxLength": 4096
    },
    "checkpoint_every": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000000
    },
    "keep_checkpoints": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000,
      "default": 3
    },
    "early_stopping_patience": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000
    },
    "early_stopping_min_delta": {
      "type": "number",
      "minimum": 0,
      "maximum": 100,
      "default": 0
    },
    "loss_spike_threshold": {
      "type": "number",
      "minimum": 1,
      "maximum": 1000
    },
    "loss_spike_rollback": {
      "type": "boolean",
      "default": false
    },
    "stats_every": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000000
    },
    "log_every": {
      "type": "integer",
      "minimum": 1,
      "maximum": 100000,
      "default": 10
    },
    "start_from": {
      "type": "string"
    },
    "pretrained_path": {
      "type": "string",
      "maxLength": 4096
    },
    "experiment_id": {
      "type": "string"
    },
    "name": {
      "type": "string",
      "maxLength": 256
    },
    "notes": {
      "type": "string",
      "maxLength": 65536
    },
    "tags": {
      "type": "object"
    },
    "user_id": {
      "type": "object"
    }
  },
  "TokenizerConfig": {
    "name": {
      "type": "string",
      "maxLength": 256
    },
    "method": {
      "type": "string",
      "enum": [
        "bpe"
      ],
      "default": "bpe"
    },
    "corpus_path": {
      "type": "string",
      "maxLength": 4096
    },
    "replace_invalid_bytes": {
      "type": "boolean",
      "default": false
    },
    "vocab_size": {
      "type": "integer",
      "minimum": 256,
      "maximum": 1048576,
      "default": 8192
    },
    "min_frequency": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "default": 2
    },
    "special_tokens": {
      "type": "array"
    },
    "pattern": {
      "type": "string",
      "enum": [
        "gpt2",
        "cl100k",
        "o200k",
        "llama3",
        "qwen2"
      ],
      "default": "gpt2"
    },
    "sequence": {
      "type": "string",
      "enum": [
        "document",
        "line"
      ],
      "default": "document"
    },
    "normalization": {
      "type": "string",
      "enum": [
        "none",
        "nfc",
        "nfkc"
      ],
      "default": "none"
    },
    "lowercase": {
      "type": "boolean",
      "default": false
    },
    "holdout_fraction": {
      "type": "number",
      "minimum": 0,
      "maximum": 0.5,
      "default": 0.05
    },
    "seed": {
      "type": "integer",
      "default": 42
    },
    "threads": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1024
    },
    "sample_max_lines": {
      "type": "integer",
      "minimum": 1,
      "maximum": 9007199254740991
    }
  },
  "SweepDefinition": {
    "search_space": {
      "type": "object"
    },
    "sampler": {
      "type": "string",
      "enum": [
        "grid",
        "random",
        "tpe"
      ],
      "default": "tpe"
    },
    "max_trials": {
      "type": "integer",
      "minimum": 1,
      "maximum": 10000
    },
    "max_concurrent": {
      "type": "integer",
      "minimum": 1,
      "maximum": 1000,
      "default": 1
    },
    "objective": {
      "type": "object"
    },
    "direction": {
      "type": "string",
      "enum": [
        "minimize",
        "maximize"
      ],
      "default": "minimize"
    },
    "seed": {
      "type": "integer"
    },
    "pruner": {
      "type": "object"
    },
    "trainer": {
      "type": "string",
      "default": "own"
    },
    "base": {
      "type": "object"
    }
  },
  "PrunerDefinition": {
    "type": {
      "type": "string",
      "enum": [
        "median"
      ]
    },
    "warmup_steps": {
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740992
    },
    "min_trials": {
      "type": "integer",
      "minimum": 1,
      "maximum": 10000
    },
    "interval": {
      "type": "integer",
      "minimum": 1,
      "maximum": 9007199254740992
    }
  },
  "GenerateRequest": {
    "prompt": {
      "type": "string",
      "maxLength": 100000
    },
    "max_new_tokens": {
      "type": "integer",
      "minimum": 1,
      "maximum": 4096,
      "default": 128
    },
    "n": {
      "type": "integer",
      "minimum": 1,
      "maximum": 8,
      "default": 1
    },
    "temperature": {
      "type": "number",
      "minimum": 0,
      "maximum": 5,
      "default": 0.8
    },
    "top_k": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647
    },
    "top_p": {
      "type": "number",
      "maximum": 1,
      "exclusiveMinimum": 0
    },
    "min_p": {
      "type": "number",
      "minimum": 0,
      "maximum": 1
    },
    "repetition_penalty": {
      "type": "number",
      "minimum": 0.1,
      "maximum": 10
    },
    "stop": {
      "type": "array"
    },
    "seed": {
      "type": "integer"
    },
    "stream": {
      "type": "boolean",
      "default": false
    }
  },
  "EvaluationRequest": {
    "on": {
      "type": "string",
      "default": "validation"
    },
    "checkpoint_id": {
      "type": "string"
    },
    "max_tokens": {
      "type": "integer",
      "minimum": 1,
      "maximum": 9007199254740991
    },
    "prompts": {
      "type": "array"
    },
    "prompts_path": {
      "type": "string",
      "maxLength": 4096
    },
    "baseline_run_id": {
      "type": "string"
    },
    "samples": {
      "type": "integer",
      "minimum": 0,
      "maximum": 64,
      "default": 3
    },
    "sample_tokens": {
      "type": "integer",
      "minimum": 1,
      "maximum": 4096,
      "default": 64
    }
  }
} as const;
