from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str = "postgresql+psycopg2://shop:change_me@db.shop.example:6432/shop"


settings = Settings()
