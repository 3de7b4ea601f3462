from app.models.base import Base
from app.models.customer import Customer
from app.models.order import Order

__all__ = ["Base", "Customer", "Order"]
