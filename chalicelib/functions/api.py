"""Everything behind HTTP, as one Chalice app of its own.

The API's function starts here and not in app.py, so that a page does not wait for what only the other
functions need; `.chalice/` names it as that function's handler.
"""

from __future__ import annotations

from chalice import Chalice

from chalicelib.functions.console import console
from chalicelib.functions.kannel_routes import kannel
from chalicelib.functions.web import web

app = Chalice(app_name="ringback")
app.api.binary_types = [*app.api.binary_types, "text/plain"]
app.register_blueprint(web)
app.register_blueprint(kannel)
app.register_blueprint(console)
