"""Showing a judge what it judges, as data: every text stands in a fence whose code the text cannot know."""

from collections.abc import Sequence
from hashlib import sha256

from primum.endpoints.model import Exchange, Message, with_calls

BOUND = 24_000
"""Characters of one text that a judge is shown."""

Shown = tuple[str, str]
"""Title and text."""


def fenced(shown: Sequence[Shown], secret: str) -> tuple[str, str]:
    """The texts in their fences, and the fences' code. The same texts and secret give the same.

    >>> block, code = fenced([("reply", "Rest.")], "s")
    >>> block == f"<<<{code} reply>>>\\nRest.\\n<<<{code} end>>>"
    True
    """
    code = fence_code(shown, secret)
    parts = (
        f"<<<{code} {title}>>>\n{_bounded(text).replace(code, '')}\n<<<{code} end>>>" for title, text in shown
    )
    return "\n\n".join(parts), code


def fence_code(shown: Sequence[Shown], secret: str) -> str:
    """Not to be guessed without the secret, the same whenever it is computed."""
    code = sha256(secret.encode())
    for title, text in shown:
        code.update(f"\x1f{title}\x1f{text}".encode("utf-8", "surrogatepass"))
    return code.hexdigest()[:16]


def fill(template: str, *, conversation: str = "", **values: str) -> str:
    """Fills a template; the conversation comes last, so that nothing in it is taken for a place to fill."""
    for key, value in values.items():
        template = template.replace("{{" + key + "}}", value)
    before, _, after = template.partition("{{conversation}}")
    return before + conversation + after


def conversation(exchange: Exchange) -> list[Shown]:
    """Title and text of every message; the target's replies are numbered, in the order they came."""
    left = list(enumerate(exchange.reply_texts, 1))
    shown: list[Shown] = []
    for message in reversed(exchange.messages):  # what is judged was said last
        text = with_calls(text_of(message), message.tool_calls)
        if message.role == "assistant" and left and text == left[-1][1]:
            number, _ = left.pop()
            shown.append((f"reply {number}", text))
        else:
            shown.append((TITLES[message.role], text))
    shown.reverse()
    return shown + [(f"reply {number}", text) for number, text in left]


TITLES = {
    "system": "instructions to the AI system",
    "user": "user",
    "assistant": "earlier answer, given as history, not under examination",
    "tool": "tool result",
}


def text_of(message: Message) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(str(part.get("text", f"[{part.get('type', 'attachment')}]")) for part in message.content)


def _bounded(text: str) -> str:
    if len(text) <= BOUND:
        return text
    return f"{text[:BOUND]}\n[… cut here for the judge: {len(text) - BOUND} more characters are not shown]"
