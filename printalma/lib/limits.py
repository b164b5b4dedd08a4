"""What one peer may make the server do. docs/limits.md says what each is for, and what happens beyond it; orders and
registrations are counted by web/rate_limits.py, which orders_api/api.py and accounts/api.py ask."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Each is an environment variable, by its name in capitals; 0 is no limit."""

    socket_frames_per_second: int = 20
    socket_bytes_per_second: int = 16_000
    socket_joins_per_second: int = 1
    socket_message_bytes: int = 8_000
    sockets_per_customer: int = 50
    sockets_per_admin: int = 2_000
    sockets_per_process: int = 8_000
    strangers_per_address: int = 250
    line_bytes_per_second: int = 1_000
    line_grace_seconds: int = 20
    body_chunks: int = 2_000
    guest_orders_per_minute: int = 60
    orders_per_minute: int = 60
    registrations_per_hour: int = 10
    order_bytes_per_second: int = 16_000
    order_body_seconds: int = 300
    order_bodies_megabytes: int = 256
    picture_megabytes_per_hour: int = 100
    picture_megabytes_per_hour_of_all: int = 1_000
    picture_megabytes: int = 4_000
    picture_file_megabytes: int = 25
    picture_megapixels: int = 40
    picture_requests_per_hour: int = 300
