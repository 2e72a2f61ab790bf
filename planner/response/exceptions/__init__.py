"""Where fresh stock, sales and open orders leave the bands of operation, and what the best response is worth.

1. `bands`     the bands of every item and location, from `policies`;
2. `outlook`   what was expected of the last days and what was sold; `shifts`, `tails`: where that is more than luck;
3. `demand`    the forecast of the tables with these shifts;
4. `today`     what is left of the published plan; `view`: what it leads to; `hits`, `freight`: where that leaves a band;
5. `inbound`   what comes late; `service`: what was sold of what was wanted; `signs` of misalignment over the history;
6. `causes`    departures with the same cause are one exception (`issue`); `facts`: those that need no plan;
7. `answer`    the best response, its money and its deadline; `look`: all of it, ranked; `document`: for programs.
"""
