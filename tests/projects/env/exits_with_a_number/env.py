from alembic import context

try:
    settings = context.config.shop_settings
except AttributeError:
    print("Error: please use shop-migrate for this.")
    raise SystemExit(2)
