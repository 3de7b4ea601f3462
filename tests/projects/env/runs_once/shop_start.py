_started = False


def database_url():
    global _started
    if _started:
        raise RuntimeError("the shop was started already in this process")
    _started = True
    return "postgresql://shop:change_me@db.shop.example/shop"
