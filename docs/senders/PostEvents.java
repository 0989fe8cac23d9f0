// Post a file with an event, or a JSON list of up to 100, to Ringback: java PostEvents.java FILE
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Set;

public class PostEvents {
    public static void main(String[] arguments) throws Exception {
        var asked = HttpRequest.newBuilder(URI.create(System.getenv("RINGBACK_URL") + "/events"))
                .header("Content-Type", "application/json").header("X-Api-Key", System.getenv("RINGBACK_KEY"))
                .POST(HttpRequest.BodyPublishers.ofFile(Path.of(arguments[0]))).build();
        for (int wait = 1; ; wait *= 2) {
            var answer = HttpClient.newHttpClient().send(asked, BodyHandlers.ofString());
            System.out.println(answer.body());
            if (answer.statusCode() < 300) return;
            if (wait > 16 || !Set.of(429, 500, 502, 503, 504).contains(answer.statusCode())) System.exit(1);
            Thread.sleep(wait * 1000L);  // the same ids again: nothing is told twice
        }
    }
}
