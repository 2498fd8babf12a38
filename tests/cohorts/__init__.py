"""Do published cohorts come out to the decimal, told to the product as any clinic would tell them?"""
