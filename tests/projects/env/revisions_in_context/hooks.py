from shop_app import App, current_app


def in_app_context(config, run):
    token = current_app.set(App("postgresql://shop:change_me@db.shop.example/shop"))
    try:
        run()
    finally:
        current_app.reset(token)
