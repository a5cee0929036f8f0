package dev.sluice.engine.sched;

/** What became of a packet that was given to a discipline ({@code NET_XMIT_*}). */
public enum Admission {
  /** It is queued ({@code NET_XMIT_SUCCESS}). */
  QUEUED,
  /** It was dropped ({@code NET_XMIT_DROP}). */
  DROPPED,
  /** It is queued, and an older one was dropped for it ({@code NET_XMIT_CN}). */
  REPLACED,
  /** A filter took it over: it is neither queued nor dropped ({@code __NET_XMIT_STOLEN}). */
  STOLEN
}
