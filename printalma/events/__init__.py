"""WHAT HAPPENED: the log (`log`), which events there are (`types`), what they become for pages, front ends and phones
(`renderings`), who must be told of them (`outbox`), and whose memory they make good (`subscriptions`)."""
