from sqlalchemy import create_engine

engine = create_engine("postgresql://shop:change_me@db.shop.example/shop", pool_size=5, pool_pre_ping=True)
