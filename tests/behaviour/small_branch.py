"""A small scenario with gifts and a second clerk, quick enough to compare many times."""

SCENARIO = """
scenario: small-branch
title: {en: Autumn campaign of a small branch, zh: 小网点金秋营销}
currency: CNY
calendar: {run: 1 Sep 2009 to 14 Sep 2009, campaign: 4 Sep to 10 Sep}
market:
  customers: 400
  segments:
    mass: {share: 100%}
  needs:
    errand: {task: errand, rate: {value: 6 per month, source: assumed, range: [3 per month, 9 per month]}, price: 20}
service:
  tasks:
    errand: {at: counter, takes: {exponential: {mean: 5 min}}}
  stations:
    counter: {staff: 1, open: "09:00-17:00", wage: 40}
  patience: {exponential: {mean: 25 min}}
  standards:
    counter_wait: {station: counter, at_most: 10 min, share: 90%}
channels:
  letters: {addressed: true, cost_per_contact: 1}
experiment: {precision: 0.0001, most: 21}
plans:
  none: {}
  gifts:
    add:
      campaigns:
        autumn:
          waves:
            first: {during: campaign, channels: {letters: {reach: 80%, frequency: 1}}}
          announces: [errand_gift]
      offers:
        errand_gift: {during: campaign, task_count: {task: errand, needs: 1, face: 30}, gifts: teapots}
      gifts:
        teapots: {stock: 60, cost: 85%, pick_up: counter, takes: {exponential: {mean: 4 min}}, comes_within: 1 days}
  desk:
    extends: gifts
    set: {service.stations.counter.staff: 2}
"""
