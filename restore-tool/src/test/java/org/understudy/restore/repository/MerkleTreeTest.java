package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    /** RFC 6962 section 2.1, word for word, without groups. */
    private static byte[] reference(List<byte[]> leaves) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        if (leaves.isEmpty()) {
            return sha.digest();
        }
        if (leaves.size() == 1) {
            sha.update((byte) 0);
            return sha.digest(leaves.get(0));
        }
        int k = 1;
        while (k * 2 < leaves.size()) {
            k *= 2;
        }
        byte[] left = reference(leaves.subList(0, k));
        byte[] right = reference(leaves.subList(k, leaves.size()));
        sha.update((byte) 1);
        sha.update(left);
        return sha.digest(right);
    }

    @Test
    void rootAndGroupsAreThoseOfRfc6962ForEverySize() throws Exception {
        List<byte[]> leaves = new ArrayList<>();
        for (int n = 0; n < 700; n++) {
            if (n < 20 || n % 64 < 3 || n % 64 > 61) {
                MerkleTree tree = new MerkleTree();
                leaves.forEach(tree::add);
                assertThat(tree.root().toString())
                        .as("%s leaves", n)
                        .isEqualTo(HexFormat.of().formatHex(reference(leaves)));
                List<String> groups = new ArrayList<>();
                for (int from = 0; from < n; from += 128) {
                    groups.add(HexFormat.of().formatHex(reference(leaves.subList(from, Math.min(n, from + 128)))));
                }
                assertThat(tree.groups()).as("%s leaves", n).isEqualTo(groups);
            }
            leaves.add(("leaf " + n).getBytes(StandardCharsets.US_ASCII));
        }
    }
}
