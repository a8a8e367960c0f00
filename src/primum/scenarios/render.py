"""A scenario as the messages a user would send: slots filled, documents and options in place."""

from primum.scenarios.model import Document, Scenario


def fill(text: str, scenario: Scenario) -> str:
    """Puts each slot's default identity in its place."""
    for name, slot in scenario.slots.items():
        text = text.replace("{" + name + "}", slot.default)
    return text


def opening(text: str, scenario: Scenario) -> str:
    """The first user message: documents, then what the user wrote, then the options of a multiple choice."""
    parts = [_document(document) for document in scenario.documents]
    parts.append(fill(text, scenario))
    if scenario.options:
        parts.append("\n".join(f"{letter}. {option}" for letter, option in scenario.options.items()))
    return "\n\n".join(parts)


def _document(document: Document) -> str:
    return f"[{document.title}]\n{document.text.strip()}\n[end of {document.title}]"
