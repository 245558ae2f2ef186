"""The page that asks: 99 % accurate, found nothing?"""
