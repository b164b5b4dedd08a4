"""Who orders, and where it goes: the people and places of made-up orders."""

FIRST_NAMES = (
    "Awa", "Moussa", "Fatou", "Ibrahima", "Camille", "Louis", "Inès", "Chloé", "Yanis", "Mame Diarra",
    "Aïssatou", "Cheikh", "Khady", "Ousmane", "Élodie", "Jules", "Léa", "Théo", "Aminata", "Mamadou",
    "Mariama", "Abdoulaye", "Zoé", "Gaël", "Noémie", "Hugo", "Rokhaya", "Pape", "Adama", "François",
    "Bineta", "Modou", "Manon", "Raphaël", "Ndeye", "Serigne", "Marie-Louise", "Étienne", "Kadiatou", "Sékou",
)  # fmt: skip
LAST_NAMES = (
    "Diop", "Ndiaye", "Sow", "Fall", "Martin", "Bernard", "Lefèvre", "Kouyaté", "N'Guessan", "Roux",
    "Ba", "Sarr", "Gueye", "Mbaye", "Cissé", "Traoré", "Koné", "Diallo", "Camara", "Touré",
    "Dubois", "Moreau", "Petit", "Durand", "Leroy", "Girard", "Mercier", "Blanc", "Garnier", "Faure",
    "Seck", "Thiam", "Sy", "Kane", "Niang", "Diagne", "Faye", "Mendy", "Gomis", "Konaté",
    "Ouattara", "Bamba", "Coulibaly", "Kouassi", "Yao", "Bouvier", "Chevalier", "Perrin", "Renaud", "Vidal",
)  # fmt: skip
# Every name as often as it stands here: a third of the orders goes to Dakar.
PLACES = (
    ("Dakar", "Sénégal", "221"), ("Dakar", "Sénégal", "221"), ("Dakar", "Sénégal", "221"),
    ("Thiès", "Sénégal", "221"), ("Saint-Louis", "Sénégal", "221"), ("Abidjan", "Côte d'Ivoire", "225"),
    ("Lyon", "France", "33"), ("Lille", "France", "33"), ("Évry-Courcouronnes", "France", "33"),
    ("Ziguinchor", "Sénégal", "221"),
)  # fmt: skip
STREETS = ("rue Félix Faure", "avenue Blaise Diagne", "rue des Teinturiers", "boulevard de la Gueule-Tapée")
NOTES = ("", "", "", "Emballage cadeau, s'il vous plaît.", "Merci de sonner deux fois.")
