"""Lambda entry points: parse what AWS hands over, call one room, return. Chalice stays in here."""
