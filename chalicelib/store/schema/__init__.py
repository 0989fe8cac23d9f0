"""The whole data model: five tables, a module each, and in it a class for each kind of item.

docs/data-model.md is made from these classes. `python -m chalicelib.store.schema` prints it.
"""
