from shop_app import App, current_app
from sqlalchemy import create_engine, text


def in_app_context(config, run):
    app = App("postgresql://shop:change_me@db.shop.example/shop")
    with create_engine(app.database_url).connect() as connection:
        connection.execute(text("SELECT 1"))
    token = current_app.set(app)
    try:
        run()
    finally:
        current_app.reset(token)
