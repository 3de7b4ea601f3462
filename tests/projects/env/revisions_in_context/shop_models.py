"""Models as they are where an application has to be there first; who failed to import them cannot begin anew."""

from shop_app import current_app, tables

if "box" in tables:
    raise RuntimeError("Table 'box' is already defined")
tables.append("box")
BOX = tables[-1] if current_app.get().database_url else "no_box"
