"""The invented source and identities that the examples of the kinds share. Nothing here is real."""

SOURCE = {
    "outlet": "The Port Solace Gazette (invented)",
    "title": "Delegations return to the lake",
    "published": "2021-04-01",
    "chain": [
        {
            "actor": {
                "type": "person",
                "id": "orsolin",
                "name": "A. Orsolin",
                "role": "chief negotiator",
                "acts_for": "XA",
            },
            "role": "speaker",
        }
    ],
}

SOME_AGREEMENT = "6f1d8a52-0c7b-4e0f-9a55-3f2f6d0b7c11"
SOME_CEASEFIRE = "0d0c2f7e-6a3b-4a57-8b8e-5f1f2f6f9a22"
SOME_CONTACT = "9b7e4c3d-2f1a-4d6c-b8e7-1a2b3c4d5e33"
SOME_DEMAND = "3e2d1c0b-9a8f-4e7d-8c6b-5a4f3e2d1c44"
SOME_STEP = "7a6b5c4d-3e2f-4a1b-9c0d-8e7f6a5b4c55"
SOME_SANCTION = "5c4b3a29-1807-4f6e-8d5c-4b3a29180766"
