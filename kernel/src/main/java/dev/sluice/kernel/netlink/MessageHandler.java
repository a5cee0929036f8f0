package dev.sluice.kernel.netlink;

/** Gets the messages of an answer while they are read. */
public interface MessageHandler {
  /**
   * Gets one message, which is gone when this returns.
   *
   * @param request which of the requests that were sent together it answers, from 0
   * @param message the message
   */
  void message(int request, MessageReader message);
}
