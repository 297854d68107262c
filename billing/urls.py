from django.urls import path

from billing.views import account, pricing, usage, webhook

app_name = "billing"
urlpatterns = [
    path("", account.account, name="account"),
    path("pricing/", pricing.pricing, name="pricing"),
    path("plan/buy/", account.buy_plan, name="buy-plan"),
    path("plan/change/", account.change, name="change"),
    path("plan/cancel/", account.cancel, name="cancel"),
    path("plan/keep/", account.keep, name="keep"),
    path("credits/buy/", account.buy_pack, name="buy-pack"),
    path("paid/", account.returned, name="returned"),
    path("portal/", account.portal, name="portal"),
    path("invoices/", account.invoices, name="invoices"),
    path("usage/", usage.usage, name="usage"),
    path("usage/credits.csv", usage.usage_csv, name="usage-csv"),
    path("stripe/webhook/", webhook.webhook, name="webhook"),
]
