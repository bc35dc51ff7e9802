"""What this module journals: keys, in the public log, so that anybody can tell ours from others'."""

from tongban.journal.api import Act, kind


@kind("key.created.v1", "启用密钥", origin="public")
class KeyCreated(Act):
    """A key was taken into use; `public` is its public half in base64."""

    name: str
    suite: str
    public: str
