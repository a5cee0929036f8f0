package dev.sluice.cli.tc;

/** What {@code help} prints, and what follows words that are not understood. */
final class Usage {
  static final String TC =
      """
      Usage: tc [OPTIONS] OBJECT {COMMAND | help}
             tc [-force] -batch FILE
      OBJECT is one of qdisc, class, filter.
      OPTIONS:
        -s[tatistics] -d[etails] -r[aw] -p[retty] -j[son] -o[neline] -g[raph] -iec
        -N[umeric] -col[or] -n[etns] NAME -b[atch] FILE|- -force -V[ersion]
        --no-lint   do not warn about what the kernel accepts though it cannot work
      """;

  static final String QDISC =
      """
      Usage: tc qdisc {add | change | replace | link | del} dev DEVICE
                   {root | ingress | clsact | parent CLASSID} [handle HANDLE]
                   [estimator INTERVAL TIME_CONSTANT] [KIND [OPTIONS | help]]
             tc qdisc {show | list} [dev DEVICE]
                   [root | ingress | clsact | handle HANDLE | parent CLASSID]
      KIND is tbf, htb, pfifo, bfifo, pfifo_head_drop, clsact or ingress, or, without
      options, any other that the kernel knows.
      """;

  static final String CLASS =
      """
      Usage: tc class {add | change | replace | del} dev DEVICE
                   {root | parent CLASSID} [classid CLASSID]
                   [estimator INTERVAL TIME_CONSTANT] [htb [OPTIONS | help]]
             tc class {show | list} dev DEVICE [qdisc HANDLE] [classid CLASSID]
                   [root | parent CLASSID]
      """;

  static final String FILTER =
      """
      Usage: tc filter {add | change | replace | del | get} dev DEVICE
                   {root | ingress | egress | parent CLASSID}
                   [pref PRIORITY] [protocol PROTOCOL] [chain INDEX] [handle FILTERID]
                   [estimator INTERVAL TIME_CONSTANT] [{u32 | bpf} [OPTIONS | help]]
             tc filter {show | list} dev DEVICE
                   [root | ingress | egress | parent CLASSID]
                   [pref PRIORITY] [protocol PROTOCOL] [chain INDEX]
      """;

  static final String ESTIMATOR =
      """
      Usage: ... estimator INTERVAL TIME_CONSTANT
        INTERVAL       how often to measure, 250ms to 8sec
        TIME_CONSTANT  over how long to average
      Example: ... estimator 1sec 8sec
      """;

  static final String TBF =
      """
      Usage: ... tbf rate RATE burst SIZE[/CELL] {limit SIZE | latency TIME}
                   [peakrate RATE mtu SIZE[/CELL]] [mpu SIZE] [overhead BYTES]
                   [linklayer {ethernet | atm | adsl}]
      """;

  static final String HTB =
      """
      Usage: ... qdisc add ... htb [default MINOR] [r2q N] [direct_qlen PACKETS] [offload]
             ... class add ... htb rate RATE [ceil RATE] [burst SIZE[/CELL]]
                   [cburst SIZE[/CELL]] [prio N] [quantum BYTES] [mtu BYTES] [mpu BYTES]
                   [overhead BYTES] [linklayer {ethernet | atm | adsl}]
        default  class of packets that no filter chooses, hexadecimal as in 1:MINOR {0}
        r2q      a class's quantum is its rate in bytes per second / r2q {10}
        ceil     the rate up to which spare bandwidth is borrowed {rate}
        prio     classes with a lower number are offered spare bandwidth first {0}
      """;

  static final String FIFO =
      """
      Usage: ... {pfifo | bfifo | pfifo_head_drop} [limit N]
      """;

  static final String U32 =
      """
      Usage: ... u32 {match SELECTOR}... [classid CLASSID] [action ACTION]...
                   [ht TABLE:[BUCKET:]] [order N] [sample SELECTOR [divisor N]]
                   [link TABLE: [hashkey [mask HEX] [at N]]
                     [offset [plus N] [at N] [mask HEX] [shift N] [eat]]]
                   [indev DEVICE] [skip_hw | skip_sw]
             ... [handle TABLE:] u32 divisor N
      SELECTOR is one of
        {u32 | u16 | u8} VALUE HEXMASK [at [nexthdr+]N]
        ip {src | dst} PREFIX    ip6 {src | dst} PREFIX    ether {src | dst} ADDRESS
        ip {dsfield | protocol | ihl | sport | dport | icmp_type | icmp_code} VALUE HEXMASK
        ip {nofrag | firstfrag | df | mf}
        ip6 {priority | protocol | flowlabel | sport | dport | icmp_type | icmp_code}
             VALUE HEXMASK
        {tcp | udp} {src | dst} VALUE HEXMASK    icmp {type | code} VALUE HEXMASK
        mark VALUE MASK
      CLASSID and FILTERID are hexadecimal.
      """;

  static final String BPF =
      """
      Usage: ... bpf {object-pinned PATH | bytecode 'N,C T F K,...' | bytecode-file FILE}
                   [direct-action] [classid CLASSID] [action ACTION]... [skip_hw | skip_sw]
      """;

  static final String MIRRED =
      """
      Usage: ... mirred {egress | ingress} {redirect | mirror} [index N] dev DEVICE [CONTROL]
      CONTROL, for a mirror, is what happens next: pipe, pass, drop, continue, reclassify.
      """;

  static final String GACT =
      """
      Usage: ... [gact] {pass | drop | pipe | continue | reclassify | trap |
                   goto chain N | jump N} [index N]
      """;

  private Usage() {}
}
