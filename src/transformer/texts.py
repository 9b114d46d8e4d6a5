"""A short story in two languages, each in two parts."""

ENGLISH = """\
Two friends live in the same street. Their houses are old, and the
gardens of the houses are full of trees. Every morning they leave their
houses and walk to school. "Hi, how are you?" says one. "I am fine,
thanks, and you?" says the other. "I am fine, too." On the way they talk
about their books, their teachers and their dreams. The school stands at
the end of the street. The windows of the school look at the sea. In the
school there is a library. In the library they read old books about
ships, stars and machines. One of the books is about a machine that
reads. The machine looks at every word of a sentence and asks how much
the other words matter. "We could build such a machine," says one. "We
could build it in our garden," says the other and laughs.
"""

TURKISH = """\
İki arkadaş aynı sokakta oturuyor. Evleri eski, evlerinin bahçeleri
ağaçlarla dolu. Her sabah evlerinden çıkıp okula yürüyorlar. "Merhaba,
nasılsın?" diyor biri. "İyiyim, teşekkürler, sen nasılsın?" diyor öteki.
"Ben de iyiyim." Yolda kitaplarından, öğretmenlerinden ve hayallerinden
konuşuyorlar. Okulları sokağın sonunda duruyor. Okulun pencereleri
denize bakıyor. Okulda bir kütüphane var. Kütüphanede gemilerle,
yıldızlarla ve makinelerle ilgili eski kitaplar okuyorlar. Kitaplardan
biri okuyan bir makineyi anlatıyor. Makine cümledeki her kelimeye
bakıyor ve öteki kelimelerin ne kadar önemli olduğunu soruyor. "Böyle
bir makine yapabiliriz," diyor biri. "Onu bahçemizde yapabiliriz," diyor
öteki ve gülüyor.
"""
ENGLISH_LATER = """\
In the evening they come back from school. They sit in the garden under
the trees and write the first sentence. The first sentence has four
words: hi, how, are, you. The machine does not know the words yet. "How
are we to cut sentences into words?" asks one. "And how are we to cut
words into pieces?" asks the other. They look at "from our houses". The
house is in it, there are many houses, the houses are ours, and somebody
comes from the houses. "We know all the pieces," says one, "so we know
the whole." The stars stand over the gardens, and the windows of the
houses are bright. "From the windows of our house one sees the ships on
the sea," says one. "From ours one sees our school," says the other. In
the morning they meet again and walk to school with their books. "Good
morning, how is our machine?" "Fine, thanks, but it does not talk yet."
"""

TURKISH_LATER = """\
Akşam okuldan dönüyorlar. Bahçede ağaçların altında oturup ilk cümleyi
yazıyorlar. İlk cümlede iki kelime var: merhaba, nasılsın. Makine
kelimeleri daha bilmiyor. "Cümleleri kelimelere nasıl ayıracağız?" diye
soruyor biri. "Kelimeleri parçalara nasıl ayıracağız?" diye soruyor
öteki. "Evlerimizden" kelimesine bakıyorlar. İçinde ev var, evler çok,
evler bizim ve biri evlerden geliyor. "Bütün parçaları biliyoruz," diyor
biri, "öyleyse kelimeyi de biliyoruz." Yıldızlar bahçelerin üstünde,
evlerin pencereleri aydınlık. "Evimizin pencerelerinden denizdeki
gemiler görünüyor," diyor biri. "Bizimkinden okulumuz görünüyor," diyor
öteki. Sabah yine buluşup kitaplarıyla okula yürüyorlar. "Günaydın,
makinemiz nasıl?" "İyi, teşekkürler, ama daha konuşmuyor."
"""
