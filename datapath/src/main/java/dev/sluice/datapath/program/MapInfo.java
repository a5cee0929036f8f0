package dev.sluice.datapath.program;

import dev.sluice.bpf.MapType;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a map ({@code struct bpf_map_info}).
 *
 * @param id its number, 1 or more
 * @param type its type; null for one that Sluice does not know
 * @param typeNumber the number of its type
 * @param name its name, up to 15 characters
 * @param keySize bytes of a key
 * @param valueSize bytes of a value as a program sees it
 * @param hostValueSize bytes of a value as the host sees it: values for each possible CPU, padded
 *     to 8 bytes, where the map has them; otherwise {@code valueSize}
 * @param maxEntries how many entries fit
 * @param flags {@code BPF_F_*} bits
 * @param btfId the number of its type information; 0 for none
 * @param btfKeyTypeId the type of its keys within that; 0 for none
 * @param btfValueTypeId the type of its values within that; 0 for none
 */
public record MapInfo(
    int id,
    @Nullable MapType type,
    int typeNumber,
    String name,
    int keySize,
    int valueSize,
    int hostValueSize,
    int maxEntries,
    int flags,
    int btfId,
    int btfKeyTypeId,
    int btfValueTypeId) {}
