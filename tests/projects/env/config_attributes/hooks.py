from types import SimpleNamespace


def with_settings(config, run):
    config.attributes["settings"] = SimpleNamespace(database_url="postgresql://shop:change_me@db.shop.example/shop")
    run()
