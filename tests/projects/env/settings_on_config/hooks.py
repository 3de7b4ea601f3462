from types import SimpleNamespace


def with_settings(config, run):
    config.shop_settings = SimpleNamespace(database_url="postgresql://shop:change_me@db.shop.example/shop")
    run()
