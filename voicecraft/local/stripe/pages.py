"""The pages for the browser: pay, billing portal, invoice, and an overview with the clock. They need no script."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, quote

from . import checkout, html, invoices, portal
from .catalog import CARDS
from .contract import Json
from .errors import StripeFailure, invalid
from .items import current_period
from .store import Store
from .webhooks import Sender

STYLE = Path(__file__).with_name("style.css")
Form = dict[str, str]


class Levers(Protocol):
    """What the overview moves."""

    def advance(self, seconds: float = 0, days: float = 0, to: int | None = None) -> int:
        """Move the clock on."""

    def next_period(self, subscription: str) -> int:
        """Move the clock past a period."""


@dataclass
class Reply:
    """A page, or with `location` the way to one."""

    body: str = ""
    status: int = 200
    location: str = ""
    kind: str = "text/html"


class Pages:
    """Shows and handles the pages."""

    def __init__(self, store: Store, sender: Sender, levers: Levers) -> None:
        self.store, self.sender, self.levers = store, sender, levers

    def reply(self, method: str, path: str, body: str) -> Reply:
        """Answer a browser."""
        if path == "/style.css":
            return Reply(STYLE.read_text(), kind="text/css")
        sections: dict[str, Callable[[str, Form | None], Reply]] = {
            "/c/pay/": self._pay,
            "/p/session/": self._portal,
            "/invoice/": self._invoice,
            "/": self._home,
        }
        form = dict(parse_qsl(body)) if method == "POST" else None
        start = next(start for start in sections if path.startswith(start))
        try:
            return sections[start](path.removeprefix(start), form)
        except StripeFailure as failure:
            text = failure.body["error"]["message"]
            return Reply(html.layout("That did not work", html.alert(text)), failure.status)

    def _pay(self, session_id: str, form: Form | None) -> Reply:
        error = ""
        with self.store.lock:
            session = self.store.find("checkout.session", session_id)
            if form is not None and session["status"] == "open":
                try:
                    with self.store.change():
                        session = checkout.pay(self.store, session_id, _card(form), form.get("email", ""))
                except StripeFailure as failure:
                    error = f"{failure.body['error']['message']} Nothing was charged: try another card."
                    session = self.store.find("checkout.session", session_id)
            if session["status"] == "complete":  # also for a second click
                goal = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id)
                return Reply(location=goal, status=303)
            if session["status"] == "expired":
                text = html.alert("This payment page has expired. Nothing was charged.") + _leave(session)
                return Reply(html.layout("Payment page expired", text), 410)
            page = self._pay_page(session, form or {}, error)
        return Reply(page, 402 if error else 200)

    def _pay_page(self, session: Json, form: Form, error: str) -> str:
        items = self.store.note(session["id"])["line_items"]
        rows = [
            [
                escape(item["description"]),
                str(item["quantity"]),
                html.price_words(item["price"], item["quantity"]),
            ]
            for item in items
        ]
        total = html.money(session["amount_total"], session["currency"])
        known = (session["customer_details"] or {}).get("email")
        email = form.get("email", "")
        field = (
            f"<p>Receipt to {escape(known)}</p>"
            if known
            else '<label class="field">Email <input type="email" name="email" autocomplete="email" required '
            f'value="{escape(email)}"></label>'
        )
        once = session["mode"] == "payment"
        cards = [
            (name, card["label"], card["number"])
            for name, card in CARDS.items()
            if once or "settles" not in card
        ]
        fields = field + html.choices("Pay with", "card", cards, form.get("card", "visa"))
        content = (
            html.alert(error)
            + html.table("What you buy", ["Item", "Quantity", "Price"], rows)
            + f'<p class="total">To pay now: {total}</p>'
            + html.form(
                f"/c/pay/{session['id']}", f"Pay {total}" if once else f"Subscribe for {total}", fields
            )
            + _leave(session)
        )
        return html.layout("Payment failed" if error else "Pay", content)

    def _portal(self, session_id: str, form: Form | None) -> Reply:
        told = error = ""
        with self.store.lock:
            session = self.store.find("billing_portal.session", session_id)
            if form is not None:
                try:
                    with self.store.change():
                        told = self._portal_action(session, form)
                except StripeFailure as failure:
                    error = failure.body["error"]["message"]
                if told and (goal := _after_flow(session)):
                    return Reply(location=goal, status=303)
            page = self._portal_page(session, told, error)
        return Reply(page, 402 if error else 200)

    def _portal_action(self, session: Json, form: Form) -> str:
        subscription = form.get("subscription", "")
        match form.get("action"):
            case "cancel":
                return portal.cancel(self.store, session, subscription)
            case "resume":
                return portal.resume(self.store, session, subscription)
            case "switch":
                return portal.switch(self.store, session, subscription, form.get("price", ""))
            case "card":
                return portal.change_card(self.store, session, _card(form))
        raise invalid("There is no such action.")

    def _portal_page(self, session: Json, told: str, error: str) -> str:
        customer = self.store.get(session["customer"])
        features = self.store.get(session["configuration"])["features"]
        parts = [html.alert(error), html.status(told)]
        living = portal.living_subscriptions(self.store, customer["id"])
        parts += [self._subscription(session, subscription, features) for subscription in living]
        if not living:
            parts.append("<p>There is no subscription.</p>")
        if features["payment_method_update"]["enabled"]:
            cards = [(n, c["label"], c["number"]) for n, c in CARDS.items() if "settles" not in c]
            fields = html.choices("Pay with", "card", cards, "visa")
            parts.append("<h2>Payment method</h2>" + self._current_card(customer, living))
            parts.append(html.form(f"/p/session/{session['id']}", "Change the card", fields, action="card"))
        if features["invoice_history"]["enabled"]:
            parts.append(self._invoices(customer["id"]))
        if session["return_url"]:
            parts.append(f'<p><a href="{escape(session["return_url"])}">Return to VoiceCraft</a></p>')
        return html.layout("Your subscription", "".join(parts))

    def _subscription(self, session: Json, subscription: Json, features: Json) -> str:
        item = subscription["items"]["data"][0]
        name = self.store.objects[item["price"]["product"]]["name"]
        end = html.day(current_period(subscription)[1])
        ends = subscription["cancel_at_period_end"] or subscription["cancel_at"]
        words = f"Ends on {end}." if ends else f"Renews on {end}."
        if subscription["status"] == "past_due":
            words += " The last payment failed."
        action, ours = f"/p/session/{session['id']}", {"subscription": subscription["id"]}
        parts = [
            f"<h2>{escape(name)}</h2><p>{html.price_words(item['price'], item['quantity'])}. {words}</p>"
        ]
        if subscription["schedule"]:
            parts.append("<p>Another plan begins then.</p>")
        prices = portal.switchable_prices(self.store, session, subscription)
        if prices:
            options = [
                (price["id"], self.store.objects[price["product"]]["name"], html.price_words(price))
                for price in prices
            ]
            fields = html.choices("Change to", "price", options, "")
            parts.append(html.form(action, "Change the plan", fields, action="switch", **ours))
        if ends:
            parts.append(html.form(action, "Do not cancel", action="resume", **ours))
        elif features["subscription_cancel"]["enabled"]:
            parts.append(html.form(action, "Cancel the subscription", action="cancel", **ours))
        return "".join(parts)

    def _current_card(self, customer: Json, living: list[Json]) -> str:
        method_id = living[0]["default_payment_method"] if living else None
        method_id = method_id or customer["invoice_settings"]["default_payment_method"]
        if not method_id:
            return "<p>None yet.</p>"
        card = CARDS[self.store.note(method_id)["card"]]
        return f"<p>Now: {escape(card['label'])}, ending in {card['last4']}.</p>"

    def _invoices(self, customer_id: str) -> str:
        rows = [
            [
                f'<a href="/invoice/{invoice["id"]}">{escape(invoice["number"] or "Draft")}</a>',
                html.day(invoice["created"]),
                html.money(invoice["total"], invoice["currency"]),
                escape(invoice["status"]),
            ]
            for invoice in self.store.all("invoice", customer=customer_id)
        ]
        return html.table("Invoices", ["Number", "Date", "Amount", "State"], rows)

    def _invoice(self, invoice_id: str, form: Form | None) -> Reply:
        error = ""
        with self.store.lock:
            invoice = self.store.find("invoice", invoice_id)
            if form is not None and invoice["status"] == "open":
                with self.store.change():
                    card = _card(form)
                    method = portal.new_method(self.store, card)
                    self.store.save({**method, "customer": invoice["customer"]})
                    invoice = invoices.pay(self.store, invoice_id, method["id"], owner_present=True)
                    if invoice["status"] == "paid":
                        portal.use_method(self.store, invoice["customer"], method["id"])
                    else:
                        error = "Your card was declined. Nothing was charged: try another card."
            page = self._invoice_page(invoice, error)
        return Reply(page, 402 if error else 200)

    def _invoice_page(self, invoice: Json, error: str) -> str:
        rows = [
            [escape(line["description"]), html.money(line["amount"], invoice["currency"])]
            for line in invoice["lines"]["data"]
        ]
        total = html.money(invoice["amount_due"], invoice["currency"])
        content = html.alert(error) + html.table("Lines", ["What", "Amount"], rows)
        content += f'<p class="total">To pay: {total} ({escape(invoice["status"])})</p>'
        if invoice["status"] == "open":
            cards = [(n, c["label"], c["number"]) for n, c in CARDS.items() if "settles" not in c]
            fields = html.choices("Pay with", "card", cards, "visa")
            content += html.form(f"/invoice/{invoice['id']}", f"Pay {total}", fields)
        return html.layout(f"Invoice {invoice['number'] or '(draft)'}", content)

    def _home(self, path: str, form: Form | None) -> Reply:
        if path:
            return Reply(html.layout("Page not found", "<p>There is nothing here.</p>"), 404)
        if form is not None:
            if form.get("subscription"):
                self.levers.next_period(form["subscription"])
            else:
                self.levers.advance(days=1)
            return Reply(location="/", status=303)
        with self.store.lock:
            return Reply(self._home_page())

    def _home_page(self) -> str:
        parts = [
            "<p>This server stands in for Stripe on this machine. Its clock can be moved on, to see renewals.</p>",
            f"<p>It is now {html.moment(self.store.now())}.</p>",
            html.form("/", "Move on by a day"),
        ]
        for subscription in self.store.all("subscription"):
            customer = self.store.get(subscription["customer"])
            name = self.store.objects[subscription["items"]["data"][0]["price"]["product"]]["name"]
            who = escape(customer.get("email") or customer["id"])
            end = html.day(current_period(subscription)[1])
            parts.append(
                f"<h2>{escape(name)} of {who}</h2><p>{escape(subscription['status'])}, period to {end}</p>"
            )
            if subscription["status"] in {"active", "trialing", "past_due"}:
                parts.append(html.form("/", "Move on past this period", subscription=subscription["id"]))
        sent = {attempt.event: attempt.status for attempt in self.sender.log}
        rows = [
            [escape(event["type"]), html.moment(event["created"]), str(sent.get(event["id"], "not sent"))]
            for event in self.store.all("event")[:30]
        ]
        parts.append(html.table("The last events", ["Type", "Time", "Answer"], rows))
        return html.layout("Test payments", "".join(parts))


def _card(form: Form) -> str:
    if form.get("card") not in CARDS:
        raise invalid("Choose how to pay.", "card")
    return form["card"]


def _leave(session: Json) -> str:
    url = session["cancel_url"]
    return (
        f'<p><a href="{escape(quote(url, safe=":/?&=%#[]@!$+,;~"))}">Cancel and go back</a></p>'
        if url
        else ""
    )


def _after_flow(session: Json) -> str:
    redirect = ((session["flow"] or {}).get("after_completion") or {}).get("redirect") or {}
    return str(redirect.get("return_url", ""))
