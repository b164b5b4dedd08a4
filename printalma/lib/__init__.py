"""What knows nothing of a shop: money, clocks, telephone numbers, texts, addresses. It imports nothing of ours."""
