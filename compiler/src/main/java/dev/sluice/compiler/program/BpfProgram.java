package dev.sluice.compiler.program;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A public static method that is an eBPF program. It takes a {@link SkBuff} ({@code sched_cls}), an
 * {@link XdpContext} ({@code xdp}) or a {@link CgroupSkb} ({@code cgroup_skb}), and returns an
 * {@code int}, the verdict.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface BpfProgram {
  /** Its name in the kernel: 1 to 15 characters. The method's, cut to that, if empty. */
  String name() default "";

  /**
   * The verdict where the method does not come to an end: it read or wrote behind the packet's end,
   * or divided by zero.
   */
  int otherwise();

  /** Its license; some helpers are for GPL-compatible programs only. */
  String license() default "Dual MIT/GPL";
}
