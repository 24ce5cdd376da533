package org.understudy.server.demo;

import java.util.List;

/** What people of a language write about. */
record Phrases(List<String> topics, List<String> greetings, List<String> sentences) {
    static Phrases of(SampleMail.Language language) {
        return switch (language) {
            case ENGLISH ->
                new Phrases(
                        List.of(
                                "Quay repairs",
                                "Lunch on Thursday",
                                "Crane inspection",
                                "Invoice for March",
                                "New timetable"),
                        List.of("Hello,", "Good morning,", "Hi there,"),
                        List.of(
                                "The pilot boat leaves at six, so please be early.",
                                "I have put the figures into the usual folder.",
                                "Could you have a look before Friday?",
                                "The harbour master asked for two more copies.",
                                "We should order the paint now, while it is dry.",
                                "Nobody has seen the key to shed four since Monday.",
                                "The tide tables for next year have arrived.",
                                "Thank you for the quick answer."));
            case GERMAN ->
                new Phrases(
                        List.of("Prüfung der Kräne", "Angebot für den Kai", "Schlüssel für Halle vier", "Überstunden"),
                        List.of("Guten Morgen,", "Hallo zusammen,", "Liebe Kollegen,"),
                        List.of(
                                "die Zahlen für März liegen jetzt im üblichen Ordner.",
                                "Könntest du bitte bis Freitag darüberschauen?",
                                "Der Lotse fährt um sechs, also bitte pünktlich.",
                                "Für die Ausbesserung brauchen wir größere Bretter.",
                                "Das Öl muss vor dem Frost gewechselt werden.",
                                "Vielen Dank für die schnelle Antwort."));
            case CZECH ->
                new Phrases(
                        List.of("Kontrola jeřábů", "Nabídka na nábřeží", "Klíč od haly čtyři"),
                        List.of("Dobrý den,", "Ahoj,"),
                        List.of(
                                "čísla za březen jsou v obvyklé složce.",
                                "Můžeš se na to prosím podívat do pátku?",
                                "Lodivod vyjíždí v šest hodin.",
                                "Příští týden přijede nová várka barvy.",
                                "Děkuji za rychlou odpověď."));
            case JAPANESE ->
                new Phrases(
                        List.of("港の点検", "来週の予定", "請求書の件"),
                        List.of("おはようございます。", "お疲れさまです。"),
                        List.of(
                                "三月の数字をいつものフォルダに入れました。",
                                "金曜日までに確認してください。",
                                "水先案内船は六時に出ます。",
                                "新しい潮の表が届きました。",
                                "早速のお返事ありがとうございます。"));
            case FRENCH ->
                new Phrases(
                        List.of("Réparation du quai", "Déjeuner de jeudi", "Contrôle des grues"),
                        List.of("Bonjour,", "Bonjour à tous,"),
                        List.of(
                                "les chiffres de mars sont dans le dossier habituel.",
                                "Pourrais-tu vérifier avant vendredi ?",
                                "Le bateau-pilote part à six heures, soyez à l’heure.",
                                "La peinture doit être commandée dès maintenant.",
                                "Merci pour ta réponse rapide."));
        };
    }
}
