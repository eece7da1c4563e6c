// Reads a model's folder as a program that only knows Hugging Face's format would, and writes what is wrong with it as JSON.
// The names and shapes are those of transformers' GPT2LMHeadModel, LlamaForCausalLM, Qwen2ForCausalLM and Qwen3ForCausalLM.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
const file = readFileSync(join(folder, 'model.safetensors'))
const problems = []

const headerLength = Number(file.readBigUInt64LE(0))
const { __metadata__: metadata, ...tensors } = JSON.parse(file.toString('utf8', 8, 8 + headerLength))
const start = 8 + headerLength
if (metadata?.format !== 'pt') problems.push(`the format is ${metadata?.format}, not pt`)
if (start % 4 !== 0) problems.push('the numbers are not aligned')

let end = 0
const inOrder = Object.entries(tensors).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
for (const [name, { dtype, shape, data_offsets: [from, to] }] of inOrder) {
  const count = shape.reduce((product, size) => product * size, 1)
  if (dtype !== 'F32') problems.push(`${name} is ${dtype}`)
  if (from !== end || to - from !== 4 * count) problems.push(`${name} is at ${from} to ${to}, not ${end} to ${end + 4 * count}`)
  const numbers = new Float32Array(file.buffer.slice(file.byteOffset + start + from, file.byteOffset + start + to))
  if (!numbers.every(Number.isFinite)) problems.push(`${name} has values that are not finite`)
  if (name.endsWith('.weight') && shape.length === 2 && numbers.every(number => number === 0)) problems.push(`${name} is zero`)
  end = to
}
if (start + end !== file.length) problems.push(`the file has ${file.length} bytes, not ${start + end}`)

const expected = config.model_type === 'gpt2' ? gpt2() : rotary()
for (const [name, shape] of expected) {
  const found = tensors[name]?.shape
  if (JSON.stringify(found) !== JSON.stringify(shape)) problems.push(`${name} has the shape [${found}], not [${shape}]`)
}
for (const name of Object.keys(tensors)) {
  if (!expected.has(name)) problems.push(`transformers does not know ${name}`)
}
process.stdout.write(JSON.stringify({ type: config.model_type, architectures: config.architectures, tensors: expected.size, problems }))

function gpt2() {
  const { vocab_size: vocabulary, n_positions: positions, n_embd: dim, n_layer: layers } = config
  const names = new Map([['transformer.wte.weight', [vocabulary, dim]], ['transformer.wpe.weight', [positions, dim]]])
  const norm = name => names.set(`${name}.weight`, [dim]).set(`${name}.bias`, [dim])
  const conv = (name, from, to) => names.set(`${name}.weight`, [from, to]).set(`${name}.bias`, [to])
  for (let layer = 0; layer < layers; layer++) {
    const block = `transformer.h.${layer}`
    norm(`${block}.ln_1`)
    conv(`${block}.attn.c_attn`, dim, 3 * dim)
    conv(`${block}.attn.c_proj`, dim, dim)
    norm(`${block}.ln_2`)
    conv(`${block}.mlp.c_fc`, dim, 4 * dim)
    conv(`${block}.mlp.c_proj`, 4 * dim, dim)
  }
  norm('transformer.ln_f')
  return names
}

function rotary() {
  const { vocab_size: vocabulary, hidden_size: dim, num_hidden_layers: layers, intermediate_size: inner } = config
  const heads = config.num_attention_heads
  const shared = config.num_key_value_heads ?? heads
  const width = config.head_dim ?? dim / heads
  const names = new Map([['model.embed_tokens.weight', [vocabulary, dim]]])
  for (let layer = 0; layer < layers; layer++) {
    const block = `model.layers.${layer}`
    const attention = `${block}.self_attn`
    names.set(`${block}.input_layernorm.weight`, [dim]).set(`${block}.post_attention_layernorm.weight`, [dim])
    for (const [name, count] of [['q_proj', heads], ['k_proj', shared], ['v_proj', shared]]) {
      names.set(`${attention}.${name}.weight`, [count * width, dim])
      if (config.model_type === 'qwen2' || config.attention_bias) names.set(`${attention}.${name}.bias`, [count * width])
    }
    names.set(`${attention}.o_proj.weight`, [dim, heads * width])
    if (config.attention_bias) names.set(`${attention}.o_proj.bias`, [dim])
    if (config.model_type === 'qwen3') names.set(`${attention}.q_norm.weight`, [width]).set(`${attention}.k_norm.weight`, [width])
    names.set(`${block}.mlp.gate_proj.weight`, [inner, dim]).set(`${block}.mlp.up_proj.weight`, [inner, dim])
    names.set(`${block}.mlp.down_proj.weight`, [dim, inner])
  }
  names.set('model.norm.weight', [dim])
  if (config.tie_word_embeddings === false) names.set('lm_head.weight', [vocabulary, dim])
  return names
}
