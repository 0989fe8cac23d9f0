"""Spanish wordings about the texts themselves: American operators have to obey them, too.

Patterns over normalised text (lower case, no accents). Everything else in Spanish stays unread.
"""

from __future__ import annotations

from chalicelib.replies.lazy import Lazy

KEYWORDS = (
    r"parar|pare|paren|para ya|alto|detener|detenga|detengan|basta|cancelar|cancela|cancelen|cancele|baja"
    r"|darme de baja|salir|terminar|borrar|eliminar|desuscribir(?:me|se)?|desinscribir(?:me)?|no mas|ya no"
)
YES_KEYWORDS = "reanudar|reactivar|suscribir(?:me)?|empezar|comenzar"
COURTESY = r"por favor|porfa(?:vor)?|pf|gracias|muchas gracias|ya|hola|senor(?:es)?|ahora|todo|todos|quiero"
_TEXTS = (
    r"(?:mensaj(?:e|es|itos)|sms|textos?|avisos?|notificaci(?:on|ones)|publicidad|promociones|encuestas?"
    r"|recordatorios|alertas|spam)"
)
_SUCH = r"(?:(?:de|los|las|estos|estas|este|esta|sus|tus|esos|esas|mas|ningun|ninguna|todos|todas|a)\s)*"
SAYS_NO = Lazy(
    rf"\b(?:no|nunca|jamas)\s(?:(?:me|nos|quiero|deseo|vuelvan?|vuelvas?|quiero que me|a)\s)*"
    rf"(?:mand\w+|envi\w+|escrib\w+|recib\w+|molest\w+|contact\w+)(?:\s(?:me|mas))*"
    rf"(?:\s{_SUCH}{_TEXTS}\b|\s(?:mas|nada)\b|\W*$)"
    rf"|\b(?:ya )?no (?:quiero|deseo|acepto) {_SUCH}{_TEXTS}\b"
    rf"|\b(?:no|basta de|alto a|suficientes?|paren? de) {_SUCH}{_TEXTS}(?:\s(?:por favor|gracias|ya))*\W*$"
    rf"|\b(?:dej\w+|par\w+|ces\w+) de (?:mandar|enviar|escribir|molestar|contactar|textear)\w*"
    rf"(?:\s{_SUCH}{_TEXTS}\b|\W*$)"
    rf"|\b(?:cancel\w+|deten\w+|par\w+|elimin\w+|quit\w+) {_SUCH}{_TEXTS}\b"
    r"|\b(?:dame|denme|deme|dar(?:me)?|quiero (?:la|darme de)|solicito (?:la )?) ?(?:de )?baja\b"
    r"(?! (?:del?|el|la|mi) (?:plan|linea|servicio|internet|cuenta|paquete|contrato))"
    r"|\b(?:quit\w+|borr\w+|elimin\w+|sac\w+)(?:me|nme)?(?: mi numero)? de (?:la|su|esta|tu) lista\b"
    r"|\bcancel\w+ (?:la |mi )?suscripcion(?: (?:a|de) (?:los |estos )?"
    rf"{_TEXTS})?\W*$"
)
_STEMS = """
    par alt det bas can baj sal ter bor eli des no nun jam ya dej ces qui dam den dem dar sol sac rea sus
    emp com
"""
STEMS = frozenset(_STEMS.split())
