"""Makes a tiny randomly initialised chat model with its own tokenizer. Runs under .venv-slow, offline.

.venv-slow/bin/python tests/slow/make_model.py DIRECTORY
"""

import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

SENTENCES = [
    "Please speak with your doctor or pharmacist before you change any medicine.",
    "If you have chest pain or trouble breathing, call the emergency services now.",
    "I take warfarin and my gums bleed when I brush my teeth. Can I take ibuprofen?",
    "How long have you had this, and do you take anything else for it?",
]
START, END = "<|start|>", "<|end|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message['role'] }}\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE: every text has tokens, so no prompt can be refused."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=[START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(SENTENCES, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe, bos_token=START, eos_token=END, pad_token=END, chat_template=CHAT_TEMPLATE
    )


def model(words: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Two layers, some 650,000 parameters, never trained: it answers noise, and that is enough."""
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=128,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=32_768,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
        tie_word_embeddings=False,
    )
    made = LlamaForCausalLM(config)
    # The server allows 1,024 tokens or more; the growing pull towards the end token keeps the answers short.
    made.generation_config = GenerationConfig(
        do_sample=True,
        min_new_tokens=8,
        exponential_decay_length_penalty=(16, 1.2),
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
    )
    return made


if __name__ == "__main__":
    words = tokenizer()
    words.save_pretrained(sys.argv[1])
    model(words).save_pretrained(sys.argv[1])
