package org.understudy.server.acme;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.understudy.server.tls.TestAuthority;

/**
 * An authority that speaks ACME (RFC 8555): checks each signature, nonce and address, asks the host names' listener itself
 * before it believes, and signs what a proper request asks for. Over HTTP on loopback.
 */
final class AuthorityDouble implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final TestAuthority authority = TestAuthority.root("Test Root").below("Test Issuer");
    private final HttpServer http;
    private final int listener;
    private final Set<String> nonces = ConcurrentHashMap.newKeySet();
    private final Map<String, ECKey> accounts = new ConcurrentHashMap<>();
    private final Map<String, Ordered> orders = new ConcurrentHashMap<>();
    private final Map<String, Proof> proofs = new ConcurrentHashMap<>();
    final List<String> asked = java.util.Collections.synchronizedList(new ArrayList<>());
    volatile Duration life = Duration.ofDays(90);
    volatile boolean refusing;

    private static final class Ordered {
        final List<String> names = new ArrayList<>();
        final List<String> authorizations = new ArrayList<>();
        String chain = "";
    }

    private static final class Proof {
        final String name;
        final String token = UUID.randomUUID().toString().replace("-", "");
        String status = "pending";
        String error = "";

        Proof(String name) {
            this.name = name;
        }
    }

    /** What the client did wrong; it is answered with it. */
    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;
        final String type;

        Wrong(String type, String message) {
            super(message);
            this.type = type;
        }
    }

    /** @param listener the port where it asks, in place of 80 */
    AuthorityDouble(int listener) throws IOException {
        this.listener = listener;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    URI directory() {
        return URI.create(base() + "/directory");
    }

    TestAuthority authority() {
        return authority;
    }

    int accounts() {
        return accounts.size();
    }

    private String base() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String nonce = UUID.randomUUID().toString().replace("-", "");
            nonces.add(nonce);
            exchange.getResponseHeaders().set("Replay-Nonce", nonce);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            try {
                route(exchange);
            } catch (Wrong e) {
                ObjectNode problem = json.createObjectNode()
                        .put("type", "urn:ietf:params:acme:error:" + e.type)
                        .put("detail", e.getMessage());
                send(exchange, 400, "application/problem+json", json.writeValueAsBytes(problem));
            } catch (Exception e) {
                e.printStackTrace();
                send(exchange, 500, "text/plain", String.valueOf(e).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void route(HttpExchange exchange) throws Exception {
        String path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/directory" -> {
                ObjectNode directory = json.createObjectNode()
                        .put("newNonce", base() + "/nonce")
                        .put("newAccount", base() + "/account")
                        .put("newOrder", base() + "/order")
                        .put("revokeCert", base() + "/revoke")
                        .put("keyChange", base() + "/keys");
                directory.putObject("meta").put("termsOfService", base() + "/terms");
                send(exchange, 200, directory);
            }
            case "/nonce" -> exchange.sendResponseHeaders(204, -1);
            case "/account" -> account(exchange);
            default -> signed(exchange, path);
        }
    }

    private record Request(ECKey key, JsonNode payload, String account) {}

    /** Checks a request's signature, its nonce, and that it is meant for here (RFC 8555 section 6). */
    private Request request(HttpExchange exchange) throws Exception {
        if (!exchange.getRequestMethod().equals("POST")
                || !"application/jose+json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            throw new Wrong("malformed", "expected a POST of application/jose+json");
        }
        JsonNode body = json.readTree(exchange.getRequestBody());
        JWSObject jws = new JWSObject(
                new Base64URL(body.get("protected").asText()),
                new Base64URL(body.get("payload").asText()),
                new Base64URL(body.get("signature").asText()));
        Map<String, Object> header = jws.getHeader().toJSONObject();
        String account = String.valueOf(header.get("kid"));
        ECKey key = jws.getHeader().getJWK() != null ? jws.getHeader().getJWK().toECKey() : accounts.get(account);
        if (key == null || !jws.verify(new ECDSAVerifier(key))) {
            throw new Wrong("unauthorized", "the signature is wrong");
        }
        if (!nonces.remove(String.valueOf(header.get("nonce")))) {
            throw new Wrong("badNonce", "the nonce is none, or used");
        }
        if (!String.valueOf(header.get("url")).equals(base() + exchange.getRequestURI())) {
            throw new Wrong("unauthorized", "the request was signed for another address");
        }
        String payload = jws.getPayload().toString();
        return new Request(key, payload.isEmpty() ? json.createObjectNode() : json.readTree(payload), account);
    }

    private void account(HttpExchange exchange) throws Exception {
        Request request = request(exchange);
        if (!request.payload().path("termsOfServiceAgreed").asBoolean()) {
            throw new Wrong("userActionRequired", "the terms were not agreed to");
        }
        String url = base() + "/account/" + request.key().computeThumbprint();
        boolean fresh = accounts.put(url, request.key()) == null;
        exchange.getResponseHeaders().set("Location", url);
        send(exchange, fresh ? 201 : 200, json.createObjectNode().put("status", "valid"));
    }

    private void signed(HttpExchange exchange, String path) throws Exception {
        Request request = request(exchange);
        String[] parts = path.split("/");
        String id = parts.length > 2 ? parts[2] : "";
        switch (parts[1]) {
            case "order" -> {
                if (id.isEmpty()) {
                    id = order(request.payload());
                    exchange.getResponseHeaders().set("Location", base() + "/order/" + id);
                    send(exchange, 201, shown(id));
                } else {
                    send(exchange, 200, shown(id));
                }
            }
            case "authorization" -> send(exchange, 200, authorization(id));
            case "challenge" -> {
                validate(proofs.get(id), request.key());
                exchange.getResponseHeaders().set("Link", "<" + base() + "/authorization/" + id + ">;rel=\"up\"");
                send(exchange, 200, challenge(id));
            }
            case "finalize" -> {
                finish(orders.get(id), request.payload().get("csr").asText());
                send(exchange, 200, shown(id));
            }
            case "certificate" ->
                send(
                        exchange,
                        200,
                        "application/pem-certificate-chain",
                        orders.get(id).chain.getBytes(StandardCharsets.US_ASCII));
            default -> throw new Wrong("malformed", "there is no " + path);
        }
    }

    private String order(JsonNode payload) {
        Ordered order = new Ordered();
        for (JsonNode one : payload.get("identifiers")) {
            order.names.add(one.get("value").asText());
            String id = UUID.randomUUID().toString();
            proofs.put(id, new Proof(one.get("value").asText()));
            order.authorizations.add(id);
        }
        String id = UUID.randomUUID().toString();
        orders.put(id, order);
        return id;
    }

    private ObjectNode shown(String id) {
        Ordered order = orders.get(id);
        boolean proven = order.authorizations.stream()
                .allMatch(one -> proofs.get(one).status.equals("valid"));
        ObjectNode shown = json.createObjectNode()
                .put("status", !order.chain.isEmpty() ? "valid" : proven ? "ready" : "pending")
                .put("finalize", base() + "/finalize/" + id);
        ArrayNode identifiers = shown.putArray("identifiers");
        order.names.forEach(name -> identifiers.addObject().put("type", "dns").put("value", name));
        ArrayNode authorizations = shown.putArray("authorizations");
        order.authorizations.forEach(one -> authorizations.add(base() + "/authorization/" + one));
        if (!order.chain.isEmpty()) {
            shown.put("certificate", base() + "/certificate/" + id);
        }
        return shown;
    }

    private ObjectNode authorization(String id) {
        Proof proof = proofs.get(id);
        ObjectNode shown = json.createObjectNode().put("status", proof.status);
        shown.putObject("identifier").put("type", "dns").put("value", proof.name);
        shown.putArray("challenges").add(challenge(id));
        return shown;
    }

    private ObjectNode challenge(String id) {
        Proof proof = proofs.get(id);
        ObjectNode shown = json.createObjectNode()
                .put("type", "http-01")
                .put("url", base() + "/challenge/" + id)
                .put("token", proof.token)
                .put("status", proof.status);
        if (!proof.error.isEmpty()) {
            shown.putObject("error")
                    .put("type", "urn:ietf:params:acme:error:unauthorized")
                    .put("detail", proof.error);
        }
        return shown;
    }

    /** Asks the listener, as section 8.3 tells authorities to. */
    private void validate(Proof proof, ECKey key) throws Exception {
        asked.add(proof.name);
        String expected = proof.token + "." + key.computeThumbprint();
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + listener + "/.well-known/acme-challenge/" + proof.token)
                        .toURL()
                        .openConnection();
        connection.setReadTimeout(20_000);
        try {
            String found = new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            proof.error = refusing ? "refused" : found.equals(expected) ? "" : "found " + found;
        } catch (IOException e) {
            proof.error = e.toString();
        } finally {
            connection.disconnect();
        }
        proof.status = proof.error.isEmpty() ? "valid" : "invalid";
    }

    private void finish(Ordered order, String csr) throws Exception {
        JcaPKCS10CertificationRequest request =
                new JcaPKCS10CertificationRequest(Base64.getUrlDecoder().decode(csr));
        if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
            throw new Wrong("badCSR", "the request is not signed by its key");
        }
        Extensions extensions =
                Extensions.getInstance(request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)[0]
                        .getAttrValues()
                        .getObjectAt(0));
        GeneralNames names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        Set<String> wanted = new TreeSet<>();
        Arrays.stream(names.getNames())
                .map(GeneralName::getName)
                .map(Object::toString)
                .forEach(wanted::add);
        if (!wanted.equals(new TreeSet<>(order.names))) {
            throw new Wrong("badCSR", "the request is for " + wanted + ", the order for " + order.names);
        }
        TestAuthority.Wanted certificate = new TestAuthority.Wanted()
                .valid(Instant.now().minusSeconds(60), Instant.now().plus(life));
        order.names.forEach(certificate::host);
        X509Certificate own =
                authority.sign(new X500Name("CN=" + order.names.getFirst()), request.getPublicKey(), certificate);
        order.chain = TestAuthority.pem(own, authority.certificate());
    }

    private void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        send(exchange, status, "application/json", json.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
