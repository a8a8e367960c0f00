"""Bodies and responses in the OpenAI form."""

import msgspec
from aiohttp import web

encode = msgspec.json.Encoder().encode


def completion(model: str, key: str, text: str, finish: str = "stop") -> bytes:
    """The body of a good answer."""
    return encode(
        {
            "id": f"chatcmpl-{key}",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": model,
            "choices": [
                {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 80, "total_tokens": 180},
        }
    )


def refused(status: int, code: str, message: str, **headers: str) -> web.Response:
    body = encode({"error": {"message": message, "type": code, "code": code}})
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def answered(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")
