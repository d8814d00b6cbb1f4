"""What areas commonly agree on: names the bureau is offered before it has its own.

They are data: a kind is the words that were recorded, and whatever was recorded once is offered
again. Nothing in the program hangs on which kind it is.
"""

COMMON = ("异地就医结算协作", "双向转诊", "协同监管", "信息共享")
