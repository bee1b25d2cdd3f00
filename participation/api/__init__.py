"""The JSON face of portal and desk, with its OpenAPI document."""
