// Reads one JSON request from standard input and writes Hugging Face's answer to standard output.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import * as huggingFace from 'tokenizers'

const { Tokenizer, lowercase: lowercaseNormalizer, nfcNormalizer, nfkcNormalizer, replace } = huggingFace.default ?? huggingFace

async function encode({ tokenizer, texts, addSpecialTokens = false }) {
  const loaded = Tokenizer.fromFile(tokenizer)
  const answers = []
  for (const text of texts) {
    const encoding = await loaded.encode(text, null, { addSpecialTokens })
    const ids = encoding.getIds()
    answers.push({ ids, tokens: encoding.getTokens(), text: await loaded.decode(ids, false) })
  }
  return answers
}

/** As encode, by transformers.js from a folder. */
async function transform({ folder, texts }) {
  const { AutoTokenizer, env } = await import('@huggingface/transformers')
  Object.assign(env, { allowRemoteModels: false, localModelPath: `${dirname(folder)}/` })
  const loaded = await AutoTokenizer.from_pretrained(basename(folder))
  return texts.map(text => {
    const ids = loaded.encode(text)
    return { ids, tokens: [], text: loaded.decode(ids, { skip_special_tokens: false }) }
  })
}

/** The words of texts, in the printable stand-ins of their bytes. */
function split({ tokenizer, texts }) {
  const splitter = Tokenizer.fromFile(tokenizer).getPreTokenizer()
  return texts.map(text => splitter.preTokenizeString(text).map(([word]) => word))
}

function normalize({ form, texts }) {
  const normalizer = form === 'Nfc' ? nfcNormalizer() : nfkcNormalizer()
  return texts.map(text => normalizer.normalizeString(text))
}

function lowercase({ texts }) {
  const normalizer = lowercaseNormalizer()
  return texts.map(text => normalizer.normalizeString(text))
}

// Training from files reads line by line. A character that stands for a newline until it is normalized makes a line of a whole document.
function train({ files, newline, output, like }) {
  const { pre_tokenizer } = JSON.parse(readFileSync(like, 'utf8'))
  const model = { type: 'BPE', fuse_unk: false, byte_fallback: false, vocab: {}, merges: [] }
  const tokenizer = Tokenizer.fromString(JSON.stringify({ version: '1.0', added_tokens: [], pre_tokenizer, model }))
  if (newline) tokenizer.setNormalizer(replace(newline, '\n'))
  tokenizer.train(files)
  tokenizer.save(output)
  return JSON.parse(readFileSync(output, 'utf8')).model.merges
}

const { answer, ...request } = JSON.parse(readFileSync(0, 'utf8'))
const result = await { encode, transform, split, normalize, lowercase, train }[request.command](request)
writeFileSync(answer, JSON.stringify(result))
