"""What people ordinarily write into the forms of the six applications; a test changes what decides its path."""

from typing import Any

PURCHASE: dict[str, Any] = {
    "title": "Screens",
    "department": "Marketing",
    "costCentre": "4200",
    "supplierEmail": "orders@supplier.example.org",
    "justification": "The old ones flicker.",
}
TRIP: dict[str, Any] = {
    "destination": "Oslo",
    "abroad": "yes",
    "departureDate": "2026-03-02",
    "returnDate": "2026-03-05",
    "purpose": "Yearly meeting of the users.",
    "estimatedCost": 900,
    "passportNumber": "C01X00T47",
    "passportValidUntil": "2029-01-01",
    "hotelName": "Grand",
    "hotelRate": 150,
}
VENDOR: dict[str, Any] = {
    "vendorName": "Nimbus",
    "vendorService": "Archive of our records.",
    "dataClass": "internal",
    "annualSpend": 50000,
    "country": "FR",
    "proposalDocuments": ["file-1"],
}
HIRE: dict[str, Any] = {
    "firstName": "Emmy",
    "lastName": "Noether",
    "privateEmail": "emmy@mail.example.org",
    "jobTitle": "Engineer",
    "department": "IT",
    "costCentre": "4100",
    "startDate": "2026-02-02",
    "contract": "permanent",
    "needsLaptop": False,
    "needsPhone": False,
    "access": ["lab"],
}
CONTENT: dict[str, Any] = {
    "title": "Open day",
    "channel": "web",
    "draft": "On Saturday our laboratory is open to everybody.",
    "hasClaims": False,
    "publishOn": "2026-02-14",
}
INCIDENT: dict[str, Any] = {
    "title": "The shop is down",
    "affectedService": "shop",
    "description": "White pages since nine o'clock.",
    "stillHappening": True,
}


def positions(*prices: float) -> list[dict[str, Any]]:
    """Positions of a purchase, one of each price."""
    return [{"item": f"Thing {number}", "quantity": 1, "price": price} for number, price in enumerate(prices, 1)]
