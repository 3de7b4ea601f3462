TABLES = ("shelf",)
