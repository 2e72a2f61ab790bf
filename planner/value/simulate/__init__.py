"""The closed loop: every review a policy plans from what is known by then, and true demand happens.

1. `truth`      what customers want on every day, and how late goods are: history replayed, or drawn;
2. `world`      stock by age, what is on the way, and what happens to them on a day;
3. `knowledge`  the data set as it is known at a review: sales and stock counts of `delay` days ago;
4. `episode`    one policy, delay and replication, day by day;
5. `measures`   what it cost and achieved;
6. `study`      all of them, side by side, kept so that nothing is simulated twice;
7. `statistics` means, and paired differences with their 95 % intervals.
"""
